internal import Foundation

/// The files in a zip archive that are stored as they are, which is how PyTorch stores them.
/// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)
struct ZipArchive {
  /// By name.
  private(set) var entries: [String: Range<Int>] = [:]

  static let mark: [UInt8] = [0x50, 0x4b, 3, 4]

  /// Reads the directory at the end of the archive.
  init(_ data: Data) throws(PickleProblem) {
    guard let end = Self.end(of: data) else { throw .damaged("the zip archive has no directory at its end") }
    var input = PickleInput(data, from: end + 10)
    let count = Int(try input.number(UInt16.self))
    _ = try input.bytes(4)
    let start = Int(try input.number(UInt32.self))
    guard count < 0xffff, start < end else { throw .damaged("the zip archive's directory is not where it says") }
    input = PickleInput(data, from: start)
    for _ in 0..<count { try readEntry(&input, data) }
  }

  /// Where the last record begins, which a comment of up to 64 KB may follow.
  private static func end(of data: Data) -> Int? {
    let mark: [UInt8] = [0x50, 0x4b, 5, 6]
    let first = max(0, data.count - 22 - 0xffff)
    return stride(from: data.count - 22, through: first, by: -1).first { place in
      data[data.startIndex + place..<data.startIndex + place + 4].elementsEqual(mark)
    }
  }

  private mutating func readEntry(_ input: inout PickleInput, _ data: Data) throws(PickleProblem) {
    guard try input.number(UInt32.self) == 0x0201_4b50 else { throw .damaged("the zip archive's directory ends early") }
    _ = try input.bytes(6)
    let method = try input.number(UInt16.self)
    _ = try input.bytes(8)
    let stored = Int(try input.number(UInt32.self))
    let size = Int(try input.number(UInt32.self))
    let lengths = try (input.number(UInt16.self), input.number(UInt16.self), input.number(UInt16.self))
    _ = try input.bytes(8)
    let header = Int(try input.number(UInt32.self))
    let name = try input.text(Int(lengths.0))
    _ = try input.bytes(Int(lengths.1) + Int(lengths.2))
    guard method == 0, stored == size else { throw .damaged("\(name) is compressed in the zip archive") }
    guard size < 0xffff_ffff, header < 0xffff_ffff else { throw .damaged("\(name) is larger than 4 GB") }
    var local = PickleInput(data, from: min(header, data.count))
    _ = try local.bytes(26)
    let skipped = try Int(local.number(UInt16.self)) + Int(local.number(UInt16.self))
    _ = try local.bytes(skipped)
    let start = local.place
    _ = try local.bytes(size)
    entries[name] = start..<start + size
  }
}
