import Files
import Foundation

/// The bytes of the command line. As text, what is not UTF-8 in it has become U+FFFD, which would name another file.
enum RawArguments {
  /// The bytes of each argument, or of what stands behind `=` in it, whose text is not what was given.
  private static let byText: [String: Set<[UInt8]>] = {
    let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)).compactMap {
      $0.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
    var found: [String: Set<[UInt8]>] = [:]
    for bytes in arguments where String(validating: bytes, as: UTF8.self) == nil {
      let value = bytes.firstIndex(of: UInt8(ascii: "=")).map { Array(bytes[($0 + 1)...]) }
      for bytes in [bytes, value ?? bytes] { found[String(decoding: bytes, as: UTF8.self), default: []].insert(bytes) }
    }
    return found
  }()

  /// The path that was given as `text`; nil when two were that differ only in bytes that text cannot hold.
  static func path(_ text: String) -> Path? {
    guard let given = byText[text] else { return Path(text) }
    return given.count == 1 ? given.first.map(Path.init(bytes:)) : nil
  }
}
