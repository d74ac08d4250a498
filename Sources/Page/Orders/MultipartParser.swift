/// Reads `multipart/form-data` (RFC 7578) as it comes, in pieces of any size; holds no more of it than a piece and a line.
package struct MultipartParser {
  package enum Event: Equatable {
    /// A part begins; with a file's name, as the browser has it, it is a file.
    case part(name: String, file: String?)
    case data([UInt8])
    case endOfPart
    case end
  }

  package struct Malformed: Error, Equatable {
    package let reason: String
  }

  private enum State {
    /// Before the first boundary.
    case preamble
    /// Behind a boundary: `--` ends all, a line end begins a part.
    case boundary
    case head
    case data
    case end
  }

  private static let longestHead = 8 << 10
  private static let headEnd = Array("\r\n\r\n".utf8)

  private var state = State.preamble
  private var buffer: [UInt8] = []
  /// What ends a part: a line end and the boundary.
  private let delimiter: [UInt8]

  /// - Parameter contentType: the request's; nil for another type than multipart/form-data, or without a good boundary.
  package init?(contentType: String) {
    let parts = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
    guard parts.first?.lowercased() == "multipart/form-data",
      let field = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { return nil }
    let boundary = field.dropFirst("boundary=".count).filter { $0 != "\"" }
    guard (1...70).contains(boundary.utf8.count) else { return nil }
    delimiter = Array("\r\n--\(boundary)".utf8)
    // The first boundary has no line before it.
    buffer = Array("\r\n".utf8)
  }

  /// - Throws: `Malformed`.
  package mutating func feed(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Event] {
    buffer += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// Whether all has come.
  package var isComplete: Bool { if case .end = state { true } else { false } }

  /// - Returns: whether there may be more in what is there.
  private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
    switch state {
    case .preamble: return skipPreamble()
    case .boundary: return try readBoundary(&events)
    case .head: return try readHead(&events)
    case .data: return readData(&events)
    case .end:
      buffer = []
      return false
    }
  }

  private mutating func skipPreamble() -> Bool {
    guard let place = Self.find(delimiter, in: buffer) else {
      buffer.removeFirst(max(0, buffer.count - delimiter.count + 1))
      return false
    }
    buffer.removeFirst(place + delimiter.count)
    state = .boundary
    return true
  }

  private mutating func readBoundary(_ events: inout [Event]) throws(Malformed) -> Bool {
    guard buffer.count >= 2 else { return false }
    let mark = buffer.prefix(2)
    if mark.elementsEqual("--".utf8) {
      state = .end
      events.append(.end)
    } else if mark.elementsEqual("\r\n".utf8) {
      // It stays, so that a part without any line in its head has an end of it too.
      state = .head
    } else {
      throw Malformed(reason: "something stands behind a boundary")
    }
    return true
  }

  private mutating func readHead(_ events: inout [Event]) throws(Malformed) -> Bool {
    guard let end = Self.find(Self.headEnd, in: buffer) else {
      if buffer.count > Self.longestHead { throw Malformed(reason: "a part's head is too long") }
      return false
    }
    guard end <= Self.longestHead else { throw Malformed(reason: "a part's head is too long") }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let field = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
      let name = Self.parameter("name", of: field)
    else { throw Malformed(reason: "a part has no name") }
    events.append(.part(name: name, file: Self.parameter("filename", of: field)))
    // The line end before the data may be that of a boundary, where there are none.
    buffer.removeFirst(end + 2)
    state = .data
    isAtStart = true
    return true
  }

  /// Whether the line end before a part's data is still in the buffer.
  private var isAtStart = false

  private mutating func readData(_ events: inout [Event]) -> Bool {
    let skipped = isAtStart ? 2 : 0
    if let place = Self.find(delimiter, in: buffer) {
      if place > skipped { events.append(.data(Array(buffer[skipped..<place]))) }
      events.append(.endOfPart)
      buffer.removeFirst(place + delimiter.count)
      state = .boundary
      return true
    }
    let safe = buffer.count - delimiter.count + 1
    guard safe > skipped else { return false }
    events.append(.data(Array(buffer[skipped..<safe])))
    buffer.removeFirst(safe)
    isAtStart = false
    return false
  }

  /// `cat.jpg` of `Content-Disposition: form-data; name="photo"; filename="cat.jpg"`. Browsers write quotation marks and line ends in
  /// names as `%22`, `%0D` and `%0A`, and nothing else as anything but itself.
  private static func parameter(_ key: String, of field: Substring) -> String? {
    var rest = field[...]
    while let semicolon = rest.firstIndex(of: ";") {
      rest = rest[rest.index(after: semicolon)...].drop { $0 == " " }
      guard rest.prefix(key.count + 1).lowercased() == "\(key)=" else {
        rest = afterParameter(rest)
        continue
      }
      let value = rest.dropFirst(key.count + 1)
      guard value.first == "\"" else { return String(value.prefix { $0 != ";" && $0 != " " }) }
      guard let end = closingMark(value) else { return nil }
      return String(value[value.index(after: value.startIndex)..<end]).replacing("\\\"", with: "\"")
        .replacing("%22", with: "\"").replacing("%0D", with: "").replacing("%0A", with: "")
    }
    return nil
  }

  /// From the next semicolon on that is not inside quotation marks.
  private static func afterParameter(_ text: Substring) -> Substring {
    guard let mark = text.firstIndex(where: { $0 == ";" || $0 == "\"" }) else { return text[text.endIndex...] }
    guard text[mark] == "\"" else { return text[mark...] }
    guard let end = closingMark(text[mark...]) else { return text[text.endIndex...] }
    return text[text.index(after: end)...]
  }

  /// Of a text that begins with a quotation mark: where the other one is.
  private static func closingMark(_ text: Substring) -> Substring.Index? {
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return index
      }
    }
    return nil
  }

  /// Where `mark`, which begins with a carriage return, first stands.
  private static func find(_ mark: [UInt8], in buffer: [UInt8]) -> Int? {
    buffer.withUnsafeBufferPointer { buffer in
      guard buffer.count >= mark.count else { return nil }
      var start = 0
      let last = buffer.count - mark.count
      while start <= last {
        guard buffer[start] == mark[0] else {
          start += 1
          continue
        }
        if (1..<mark.count).allSatisfy({ buffer[start + $0] == mark[$0] }) { return start }
        start += 1
      }
      return nil
    }
  }
}
