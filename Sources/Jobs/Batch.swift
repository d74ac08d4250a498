internal import Files

/// A folder of which each photo is painted in each painting (`styles: each`), every time as a job of its own.
///
/// The folder itself is a job too: it holds what was dropped until all the others are done, and then paints the contact sheet of what
/// has become of them.
package struct Batch: Codable, Hashable, Sendable {
  /// The most jobs that may come of one folder.
  package static let mostCells = 1000

  /// One photo in one painting.
  package struct Cell: Codable, Hashable, Sendable {
    /// The name of its job.
    package var name: String
    /// Its photo among the contents of the folder's `JobInputs`, from 0; nil for a task that has none.
    package var photo: Int?
    /// Its painting among the styles, from 0.
    package var painting: Int

    package init(name: String, photo: Int?, painting: Int) {
      (self.name, self.photo, self.painting) = (name, photo, painting)
    }
  }

  /// Photo after photo.
  package var cells: [Cell]

  package init(cells: [Cell]) { self.cells = cells }

  /// Every combination of the folder's pictures. A job's name has the folder's, the photo's where there may be several, and the
  /// painting's.
  ///
  /// - Parameter takesAllPhotos: `photos: all`.
  init(of inputs: JobInputs, in folder: String, takesAllPhotos: Bool) {
    let photos = inputs.pictures[.content]
    let places: [Int?] = photos.isEmpty ? [nil] : photos.indices.map { $0 }
    var names: Set<String> = []
    cells = places.flatMap { place in
      inputs.pictures[.style].enumerated().map { index, painting in
        let photo = takesAllPhotos ? place.flatMap { photos[$0].photoName } : nil
        let parts = [JobName(folder).text, photo, painting.paintingName].compactMap(\.self)
        let stem = JobName(parts.joined(separator: "-")).text
        let name = FreeName.first({ FreeName.numbered(stem, $0) }) { names.contains($0) }
        names.insert(name)
        return Cell(name: name, photo: place, painting: index)
      }
    }
  }
}

extension Settings {
  /// Whether several jobs come of one folder, with a contact sheet.
  var makesBatch: Bool { styles == .each && task.usesStyle }
}

extension JobInput {
  /// What the photo is called among the jobs of a folder: `monday` for `monday.jpg` and `monday.content.jpg`.
  var photoName: String? {
    file.map { file in
      if case .input(.content, let job, _) = FileRole(file.lastName), !job.isEmpty { return job }
      return file.lastName.stem
    }
  }

  /// What the painting is called there: `auvers` for `auvers.jpg`, `auvers.style.jpg` and the remembered style, `style2` for
  /// `style2.jpg`.
  var paintingName: String? {
    if let style, style.isNamed { return style.name }
    return file.map { file in
      guard case .input(.style, let job, let number) = FileRole(file.lastName), !job.isEmpty else {
        return file.lastName.stem
      }
      return FreeName.numbered(job, number ?? 1)
    }
  }
}
