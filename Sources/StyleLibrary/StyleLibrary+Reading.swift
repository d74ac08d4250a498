internal import Files
internal import Foundation
internal import Jobs

extension StyleLibrary {
  /// All styles, sorted by name, with what is wrong in the library, for people.
  ///
  /// A style.json that is damaged, or a thumbnail that is missing, is made anew from the original.
  ///
  /// - Throws: a `FileError` when the library itself cannot be read.
  package func list() throws -> (styles: [RememberedStyle], problems: [String]) {
    var styles: [RememberedStyle] = []
    var problems = strangers
    for name in try names() {
      do {
        guard let reading = try read(name) else { continue }
        styles.append(reading.style)
        guard let damage = reading.damage else { continue }
        problems.append(damage + Self.outcome(of: Result { try mend(name) }))
      } catch {
        problems.append("\(folder(name)): left out: \(error)")
      }
    }
    return (styles, problems)
  }

  private static func outcome(of mending: Result<Void, any Error>) -> String {
    switch mending {
    case .success: "; it was made anew from the original"
    case .failure(let error): "; it cannot be made anew: \(error)"
    }
  }

  /// What lies in the library and is no style.
  private var strangers: [String] {
    let names = (try? path.names()) ?? []
    return names.filter { $0.bytes.first != UInt8(ascii: ".") }.compactMap { name in
      let place = path.appending(name)
      guard FileStatus(place)?.kind == .folder else { return "\(place): not a style's folder; move it away" }
      guard name.text.flatMap(StyleName.init) == nil else { return nil }
      return "\(place): its name cannot be a style's, which has no dots and no special characters; rename the folder"
    }
  }

  /// A style as it is on the disk, or as it was made anew where that is damaged.
  struct Reading {
    var style: RememberedStyle
    /// What is wrong, for people; nil when nothing is.
    var damage: String?
    /// To be written in place of what is damaged.
    fileprivate var thumbnail: [UInt8] = []
  }

  /// Nil when the style has just gone.
  ///
  /// - Throws: when there is no good original either.
  func read(_ name: StyleName) throws -> Reading? {
    let folder = folder(name)
    guard let original = StyleOriginal(in: folder) else {
      guard FileStatus(folder) != nil else { return nil }
      throw StyleLibraryError("it has no original picture (original.jpg, original.png)")
    }
    let path = folder.appending(StyleRecord.fileName)
    do {
      guard let record: StyleRecord = try JSONFile.read(path) else { return try rebuild(name, original, "is missing") }
      try StyleRecord.fileFormat.check(record.format, path)
      guard record.isPlausible(for: original) else {
        return try rebuild(name, original, "does not fit to \(original.fileName)")
      }
      let style = RememberedStyle(name: name, record: record, original: original)
      return FileStatus(style.thumbnail)?.kind == .regular ? Reading(style: style) : try renewThumbnail(of: style)
    } catch let error as JSONFileError {
      return try rebuild(name, original, "is damaged (\(error.reason))")
    }
  }

  private func rebuild(_ name: StyleName, _ original: StyleOriginal, _ reason: String) throws -> Reading {
    let picture = try StylePicture(original.path)
    let decoded = try picture.decode()
    let added = original.identity.modificationDate
    return Reading(
      style: RememberedStyle(
        name: name, record: picture.record(name, decoded, added: added), original: original),
      damage: "\(folder(name).appending(StyleRecord.fileName)) \(reason); its uses are counted from 0 again",
      thumbnail: decoded.thumbnail)
  }

  private func renewThumbnail(of style: RememberedStyle) throws -> Reading {
    let decoded = try StylePicture(style.original.path).decode()
    return Reading(style: style, damage: "\(style.thumbnail) is missing", thumbnail: decoded.thumbnail)
  }

  /// Somebody else may have done it meanwhile.
  private func mend(_ name: StyleName) throws {
    try whileLocked {
      if let reading = try read(name) { try mend(reading) }
    }
  }

  /// Writes what was made anew. To be called with the lock.
  func mend(_ reading: Reading) throws {
    guard reading.damage != nil else { return }
    try FileSystem.replace(reading.style.thumbnail, with: reading.thumbnail)
    try write(reading.style)
  }

  func write(_ style: RememberedStyle) throws {
    try JSONFile.write(style.record, to: style.original.folder.appending(StyleRecord.fileName))
  }
}
