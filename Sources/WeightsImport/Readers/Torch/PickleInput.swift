internal import Foundation

/// Bytes of a pickle, read from the front.
struct PickleInput {
  private let data: Data
  /// Of the next byte, in `data`.
  private(set) var place: Int

  init(_ data: Data, from place: Int = 0) {
    self.data = data
    self.place = place
  }

  mutating func byte() throws(PickleProblem) -> UInt8 { try bytes(1).first! }

  mutating func bytes(_ count: Int) throws(PickleProblem) -> Data {
    guard count >= 0, count <= data.count - place else { throw .damaged("it ends within a value") }
    defer { place += count }
    return data[data.startIndex + place..<data.startIndex + place + count]
  }

  /// Little-endian.
  mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(PickleProblem) -> Number {
    try bytes(MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func text(_ count: Int) throws(PickleProblem) -> String {
    guard let text = String(data: try bytes(count), encoding: .utf8) else { throw .damaged("a text is not UTF-8") }
    return text
  }

  /// Up to the end of the line, which is dropped.
  mutating func line() throws(PickleProblem) -> String {
    var count = 0
    while count < 256, place + count < data.count, data[data.startIndex + place + count] != UInt8(ascii: "\n") {
      count += 1
    }
    let text = try text(count)
    guard try byte() == UInt8(ascii: "\n") else { throw .damaged("a name has no end") }
    return text
  }
}

/// Why a pickle is not read.
enum PickleProblem: Error, Equatable {
  /// By its name in Python's pickletools, or in hexadecimal where it has none.
  case opcode(String)
  /// `os.system`.
  case global(String)
  case damaged(String)

  /// For people.
  var words: String {
    switch self {
    case .opcode(let name):
      "found the pickle opcode \(name), which no weights need; nothing of the file was used"
    case .global(let name):
      """
      found the global \(name), which no weights need; nothing of the file was used. (Of a model of your own save \
      model.state_dict(), not the model)
      """
    case .damaged(let detail):
      "its pickle is damaged: \(detail)"
    }
  }
}
