internal import Files

/// Which of several photos in a folder a job is for (`photos: all`).
///
/// Each photo is taken out of the folder by a claim of its own, with copies of the settings and the style; the last one
/// takes the folder with what is left in it. So a claim is cut off at any moment without a photo lost, done twice or
/// left alone.
struct PhotoOfMany: Hashable {
  /// What is added to the folder's name; nil for nothing.
  var name: String?
  /// The other photos that are still in the folder.
  var others: [InboxEntry]
  /// The one that takes the folder, when its turn has come.
  var isLast: Bool

  var isItsTurn: Bool { !isLast || others.isEmpty }
}

extension JobSet {
  /// A set for each photo, where the settings ask for that; the set itself otherwise.
  var perPhoto: [JobSet] {
    let photos = photos
    guard folder != nil, takesAllPhotos, !photos.isEmpty, !isBatch else { return [self] }
    var names: Set<String> = []
    return photos.enumerated().map { index, photo in
      var set = self
      set.pictures[.content] = [photo]
      set.others = (pictures[.content] + others).filter { !photos.contains($0) }
      // A failed job that was moved back has its name already.
      let name = inner && photos.count == 1 ? nil : Self.freeName(photo.name, &names)
      set.photo = PhotoOfMany(
        name: name, others: photos.filter { $0 != photo }, isLast: index == photos.count - 1)
      return set
    }
  }

  /// The pictures in the folder that are not its style, by name.
  var photos: [InboxEntry] {
    let named = Set(namedPictures.flatMap { self.named.called($0) }.map(\.name))
    // One that stays empty, or is a link, goes with the folder and holds up none of the others.
    return (pictures[.content] + others)
      .filter { FileRole.isPicture($0.name) && !named.contains($0.name) && !$0.isHopeless }
      .sorted { $0.name < $1.name }
  }

  /// The photo's name without ending; with a number where two differ in their endings only.
  private static func freeName(_ photo: FileName, _ names: inout Set<String>) -> String {
    let stem = if case .input(.content, let job, _) = FileRole(photo), !job.isEmpty { job } else { photo.stem }
    let free = FreeName.first({ FreeName.numbered(stem, $0) }) { names.contains($0) }
    names.insert(free)
    return free
  }

  /// Whether the file leaves the folder alone, before the folder is taken.
  func leavesFolder(_ file: InboxEntry) -> Bool {
    guard let photo, !photo.isLast else { return false }
    return files.contains(file)
  }

  /// The folder that holds the files, as a path in the inbox.
  var filesPath: Path? {
    folder.map { folder in
      let path = presetPath?.appending(folder.name) ?? Path(bytes: folder.name.bytes)
      return inner ? path.appending("inputs") : path
    }
  }

  /// The folder that is called like a preset, as a path in the inbox; nil for the inbox itself.
  var presetPath: Path? { presetFolder.map { Path(bytes: $0.name.bytes) } }
}
