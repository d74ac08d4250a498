package import Files
internal import Images
package import Jobs

/// The styles that are remembered by name, each with the picture that was dropped, byte for byte.
///
/// | in `styles/NAME/` | what |
/// |---|---|
/// | `original.jpg`, `.png`, ... | the picture as it was dropped |
/// | `thumbnail.png` | a small one, for looking through |
/// | `style.json` | a `StyleRecord` |
///
/// A style appears whole, and goes, by one rename. Whoever changes something holds the library's lock, so that any number of
/// daemons, workers and people may share one; reading takes no lock. The folder's name is the style's name, whatever
/// style.json says, and links are never followed.
package struct StyleLibrary: Hashable, Sendable {
  /// Absolute or relative to the working directory.
  package let path: Path

  package init(_ path: Path) {
    self.path = path
  }

  func folder(_ name: StyleName) -> Path { path.appending(name.text) }

  /// The names of all styles, sorted. None where there is no library yet.
  ///
  /// - Throws: `FileError` when the library cannot be read.
  package func names() throws(FileError) -> [StyleName] {
    do throws(FileError) {
      return try path.names().compactMap { name in
        guard let style = name.text.flatMap(StyleName.init), FileStatus(path.appending(name))?.kind == .folder else {
          return nil
        }
        return style
      }
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// The picture of a style, which is all that painting needs.
  ///
  /// - Throws: `StyleNotFound`, which tells the names there are; a `StyleLibraryError` where several read alike.
  package func original(of name: StyleName) throws -> StyleOriginal {
    let names = try names()
    guard let found = try Self.find(name, among: names), let original = StyleOriginal(in: folder(found)) else {
      throw StyleNotFound(name: name.text, library: path, names: names)
    }
    return original
  }

  /// The style of that very name, else the one that reads alike: an accent may have been typed in two ways.
  private static func find(_ name: StyleName, among names: [StyleName]) throws(StyleLibraryError) -> StyleName? {
    let alike = names.filter { $0.text == name.text }
    if let exact = alike.first(where: { FileName($0.text) == FileName(name.text) }) { return exact }
    guard alike.count < 2 else {
      let all = FileName.distinct(alike.map { FileName($0.text) }).joined(separator: ", ")
      throw StyleLibraryError("\(alike.count) styles are called \(name): \(all); rename one of their folders")
    }
    return alike.first
  }
}

/// Where a style's picture is.
package struct StyleOriginal: Hashable, Sendable {
  static let fileNames = ImageFormat.allCases.map(name)

  static func name(_ format: ImageFormat) -> String { "original.\(format.fileExtension)" }

  package let folder: Path
  package let fileName: FileName
  package let identity: FileIdentity

  package var path: Path { folder.appending(fileName) }
  /// `.jpg`, `.png`, ...
  package var ending: String { String(fileName.description.drop { $0 != "." }) }

  /// Nil when there is none in the folder that is a file.
  init?(in folder: Path) {
    for name in Self.fileNames {
      guard let status = FileStatus(folder.appending(name)), status.kind == .regular else { continue }
      self.folder = folder
      fileName = FileName(name)
      identity = status.identity
      return
    }
    return nil
  }
}

/// No style of that name is remembered.
package struct StyleNotFound: Error, Hashable, CustomStringConvertible {
  private static let mostNames = 10

  package let name: String
  package let library: Path
  /// The names there are, those that are spelt most alike first.
  package let names: [String]

  init(name: String, library: Path, names: [StyleName]) {
    self.name = name
    self.library = library
    let word = name.lowercased()
    let distances = names.map { ($0.text, SettingsSpelling.distance(word, $0.text.lowercased())) }
    self.names = distances.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  package var description: String {
    "no style called \"\(name)\" is remembered; "
      + (names.isEmpty ? "there is none yet in \(library)" : "there are: \(shown)")
  }

  package static let advice = "`easel styles` lists the remembered styles and `easel styles add FILE` adds one."

  private var shown: String {
    names.prefix(Self.mostNames).joined(separator: ", ")
      + (names.count > Self.mostNames ? " and \(names.count - Self.mostNames) more" : "")
  }
}
