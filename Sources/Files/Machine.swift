internal import Glibc

/// The machine that this process runs on.
package enum Machine {
  /// As `uname -n` has it.
  package static let name: String = {
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes.withUnsafeMutableBytes { _ = gethostname($0.bindMemory(to: CChar.self).baseAddress!, $0.count - 1) }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }()
}
