package import Files
internal import Foundation
package import Jobs

extension StyleLibrary {
  /// Keeps a picture's bytes under `name`, or NAME-2 where other bytes have it. Bytes that are there already stay the one
  /// style that they are.
  ///
  /// - Parameter isUse: whether a job was painted in it, which is counted.
  /// - Returns: the style, and whether it is new.
  /// - Throws: when the picture cannot be read or decoded, and when the library cannot be written; then nothing is left of it.
  @discardableResult
  package func add(_ file: Path, as name: StyleName, isUse: Bool) throws -> (style: RememberedStyle, isNew: Bool) {
    let picture = try StylePicture(file)
    if let known = try whileLocked({ try take(picture, isUse: isUse) }) { return (known, false) }
    // Without the lock, since it takes its time.
    let decoded = try picture.decode()
    return try whileLocked {
      if let known = try take(picture, isUse: isUse) { return (known, false) }
      return (try insert(picture, decoded, as: try freeName(name), isUse: isUse), true)
    }
  }

  /// Counts a job that was painted in a style, by the bytes that it was painted from: a style that has got another name
  /// meanwhile is found, and one that was removed stays so.
  ///
  /// - Throws: a `FileError`.
  package func countUse(of file: Path) throws {
    let picture = try StylePicture(file)
    _ = try whileLocked { try take(picture, isUse: true) }
  }

  /// The style that has these bytes; nil where none has.
  private func take(_ picture: StylePicture, isUse: Bool) throws -> RememberedStyle? {
    for name in try names() {
      // A style that is beyond repair is for `list` to tell; it is no reason not to remember another.
      guard var reading = try? read(name) else { continue }
      try mend(reading)
      guard reading.style.record.sha256 == picture.digest else { continue }
      guard isUse else { return reading.style }
      reading.style.record.countUse()
      try write(reading.style)
      return reading.style
    }
    return nil
  }

  private func freeName(_ name: StyleName) throws -> StyleName {
    let taken = Set(try names().map(\.text))
    return FreeName.first(name.numbered) { taken.contains($0.text) || FileStatus(folder($0)) != nil }
  }

  private func insert(
    _ picture: StylePicture, _ decoded: StylePicture.Decoded, as name: StyleName, isUse: Bool
  ) throws -> RememberedStyle {
    var record = picture.record(name, decoded, added: .now)
    if isUse { record.countUse() }
    let temporary = path.appending(".new")
    do {
      try FileSystem.makeFolder(temporary)
      try FileSystem.replace(temporary.appending(decoded.fileName), with: picture.bytes)
      try FileSystem.replace(temporary.appending(StyleRecord.thumbnailName), with: decoded.thumbnail)
      try JSONFile.write(record, to: temporary.appending(StyleRecord.fileName))
      try FileSystem.giveToOwner(of: path, temporary)
      try FileSystem.rename(temporary, folder(name))
    } catch {
      try? FileSystem.remove(temporary)
      throw error
    }
    try FileSystem.synchronizeFolder(path)
    guard let original = StyleOriginal(in: folder(name)) else { throw FileError("lstat", folder(name)) }
    return RememberedStyle(name: name, record: record, original: original)
  }
}
