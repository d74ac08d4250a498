extension SettingsText {
  /// Decodes UTF-8, with or without a byte order mark, and UTF-16 with one.
  ///
  /// - Throws: `SettingsError` for any other encoding, by what it seems to be, and for damaged text.
  init(decoding bytes: [UInt8], source: SettingsDocument.Source) throws(SettingsError) {
    if let complaint = Self.complaint(about: bytes) {
      throw SettingsError(place: SettingsDocument.Place(source: source), key: nil, complaint)
    }
    if let isBig = Self.utf16(bytes) {
      let pairs = stride(from: 2, to: bytes.count - 1, by: 2).map { (UInt16(bytes[$0]), UInt16(bytes[$0 + 1])) }
      let odd: [UInt16] = bytes.count.isMultiple(of: 2) ? [] : [0xD800]
      let units = pairs.map { isBig ? $0 << 8 | $1 : $1 << 8 | $0 } + odd
      try self.init(units, as: UTF16.self, source: source) { _, column in
        "found half a character in column \(column) of UTF-16 text; save it as UTF-8"
      }
    } else {
      let text = Array(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...])
      try self.init(text, as: UTF8.self, source: source) { before, column in
        let byte = String(text[before.utf8.count], radix: 16, uppercase: true)
        return "found the byte \(byte) in column \(column), which is not UTF-8; save the file as UTF-8 "
          + "(Latin-1 and Windows-1252, also called ANSI, are not read)"
      }
    }
  }

  /// - Parameter complaint: is given the text before the damage, and its column.
  private init<Codec: UnicodeCodec>(
    _ units: [Codec.CodeUnit], as codec: Codec.Type, source: SettingsDocument.Source,
    complaint: (String, Int) -> String
  ) throws(SettingsError) {
    var (decoder, iterator, scalars) = (Codec(), units.makeIterator(), String.UnicodeScalarView())
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput:
        self.init(String(scalars), source: source)
        return
      case .error:
        let place = SettingsText(String(scalars), source: source).place(behind: scalars)
        throw SettingsError(place: place, key: nil, complaint(String(scalars), place.column!))
      }
    }
  }

  /// Whether big-endian; nil where no byte order mark says UTF-16.
  private static func utf16(_ bytes: [UInt8]) -> Bool? {
    bytes.starts(with: [0xFE, 0xFF]) ? true : bytes.starts(with: [0xFF, 0xFE]) ? false : nil
  }

  /// What the first bytes tell of kinds of file that are not read. The first character of settings is one of ASCII's.
  private static func complaint(about bytes: [UInt8]) -> String? {
    let zeros = bytes.prefix(4).map { $0 == 0 }
    let isUTF32 =
      bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF])
      || zeros == [false, true, true, true] || zeros == [true, true, true, false]
    if isUTF32 { return "found UTF-32 text; save it as UTF-8" }
    if utf16(bytes) == nil, zeros.starts(with: [false, true]) || zeros.starts(with: [true, false]) {
      return "found UTF-16 text without a byte order mark; save it as UTF-8"
    }
    if bytes.starts(with: "{\\rtf".utf8) { return "found a word processor's document (RTF); save it as plain text" }
    return nil
  }
}
