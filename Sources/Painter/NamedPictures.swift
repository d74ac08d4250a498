import Files
import Images
import Jobs
import StyleLibrary

/// The pictures that a command line names.
package struct NamedPictures {
  /// The photo.
  package var content: Path
  /// The paintings' files, or the names of remembered styles.
  package var styles: [Path]
  /// Where in the result each painting counts, in their order; nil for everywhere.
  package var masks: [Path?] = []
  /// Which part of each painting counts, in their order; nil for all of it.
  package var styleMasks: [Path?] = []

  package init(content: Path, styles: [Path]) {
    (self.content, self.styles) = (content, styles)
  }

  /// What a task is painted from.
  func main(_ task: Settings.Task) -> Path { task.usesContent ? content : styles[0] }

  /// All that the settings have a use for. Pictures that these name lie beside the photo.
  ///
  /// - Throws: for names that are neither of a file nor of a remembered style.
  func files(for settings: Settings, _ library: StyleLibrary) throws -> Inputs<InputFile> {
    var files = Inputs<InputFile>()
    if settings.task.usesContent { files[.content] = [InputFile(path: try ImageFile.meant(by: content))] }
    if settings.task.usesStyle {
      files[.style] = try styles.map(library.picture)
      files[.mask] = try self.files(masks, settings.style?.values.map(\.mask), for: settings)
      files[.styleMask] = try self.files(styleMasks, settings.style?.values.map(\.styleMask), for: settings)
    }
    if settings.task.usesContent, let mask = settings.contentMask {
      files[.contentMask] = [try file(mask, for: settings)]
    }
    if settings.task.usesContent, let mask = settings.colourMask {
      files[.colourMask] = [try file(mask, for: settings)]
    }
    if let start = settings.start.file { files[.initial] = [try file(start, for: settings)] }
    return files
  }

  /// Those of the command line go before those of the settings.
  private func files(_ paths: [Path?], _ names: [String?]?, for settings: Settings) throws -> [InputFile] {
    guard !paths.isEmpty else {
      return try named(names ?? [], for: settings)
    }
    return try paths.enumerated().compactMap { index, path in
      try path.map { InputFile(path: try ImageFile.meant(by: $0), painting: index + 1) }
    }
  }

  private func named(_ names: [String?], for settings: Settings) throws -> [InputFile] {
    try names.enumerated().compactMap { index, name in try name.map { try file($0, of: index + 1, for: settings) } }
  }

  private func file(_ name: String, of painting: Int? = nil, for settings: Settings) throws -> InputFile {
    let path = main(settings.task).folder.appending(FileName(name))
    return InputFile(path: try ImageFile.meant(by: path), painting: painting)
  }
}
