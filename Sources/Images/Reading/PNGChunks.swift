internal import CImageCodecs
internal import Glibc

/// The chunks of a PNG that say something of its picture, read without libpng: that knows no cICP, refuses EXIF data with
/// a mark before them, and drops profiles that it does not like.
struct PNGChunks {
  /// Larger metadata are left out.
  private static let largestBytes = 16 << 20
  private static let wanted: Set<String> = ["cICP", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf", "tEXt", "zTXt", "iTXt"]

  /// The data of the first chunk of each type; texts by their keywords, unpacked.
  private var chunks: [String: [UInt8]] = [:]
  private var texts: [String: [UInt8]] = [:]

  /// As far as the chunks are sound.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var start = 8
    var unpackedBytes = 0
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - start - 12 else { return }
      let type = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
      let data = UnsafeBufferPointer(rebasing: bytes[start + 8..<start + 8 + length])
      if Self.wanted.contains(type), length <= Self.largestBytes, Self.isSound(bytes, at: start, length) {
        add(type, data, &unpackedBytes)
      }
      start += length + 12
    }
  }

  private static func isSound(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, _ length: Int) -> Bool {
    let sum = bytes[start + 8 + length..<start + 12 + length].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return CImageCodecsCRC32(bytes.baseAddress! + start + 4, length + 4) == sum
  }

  private mutating func add(_ type: String, _ data: UnsafeBufferPointer<UInt8>, _ unpackedBytes: inout Int) {
    guard ["tEXt", "zTXt", "iTXt"].contains(type) else {
      if chunks[type] == nil { chunks[type] = Array(data) }
      return
    }
    let keyword = String(decoding: data.prefix { $0 != 0 }, as: UTF8.self)
    guard Self.texts.contains(keyword), texts[keyword] == nil else { return }
    var rest = data.dropFirst(keyword.utf8.count + 1)
    // zTXt: a method (0 is zlib). iTXt: a flag, a method, a language and a translated keyword, each ended by a zero.
    var isPacked = type == "zTXt"
    if type == "zTXt" { rest = rest.dropFirst() }
    if type == "iTXt" {
      isPacked = rest.first == 1
      rest = rest.dropFirst(2).drop { $0 != 0 }.dropFirst().drop { $0 != 0 }.dropFirst()
    }
    texts[keyword] = isPacked ? Self.unpacked(Array(rest)) : Array(rest)
  }

  /// EXIF as it was stored before there was a chunk for it: by ImageMagick, and through it by many.
  private static let rawEXIF = ["Raw profile type exif", "Raw profile type APP1"]
  private static let packet = "XML:com.adobe.xmp"
  private static let texts = Set(rawEXIF + [packet, "Raw profile type xmp"])

  private static func unpacked(_ bytes: [UInt8]) -> [UInt8] {
    var count = 0
    guard let unpacked = CImageCodecsInflate(bytes, bytes.count, largestBytes, &count) else { return [] }
    defer { free(unpacked) }
    return Array(UnsafeBufferPointer(start: unpacked, count: count))
  }

  subscript(type: String) -> [UInt8]? { chunks[type] }

  /// The unpacked ICC profile: a name, a zero, a method, zlib data.
  var profile: [UInt8] {
    Self.unpacked(Array((chunks["iCCP"] ?? []).drop { $0 != 0 }.dropFirst(2)))
  }

  var xmp: [UInt8] { texts[Self.packet] ?? texts["Raw profile type xmp"].flatMap(Self.rawProfile) ?? [] }

  var exif: [UInt8] {
    chunks["eXIf"] ?? Self.rawEXIF.lazy.compactMap { texts[$0].flatMap(Self.rawProfile) }.first ?? []
  }

  /// Hexadecimal digits behind a line with the kind and one with the number of bytes.
  private static func rawProfile(_ text: [UInt8]) -> [UInt8]? {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    guard lines.count > 2 else { return nil }
    let digits = lines.dropFirst(2).joined().compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// What a PNG's chunks say of its colours.
struct PNGColours {
  private let chunks: PNGChunks

  init(_ chunks: PNGChunks) { self.chunks = chunks }

  /// By the first of cICP, iCCP, sRGB, and gAMA with cHRM that is there and understood (PNG specification, third edition,
  /// section 4.3, "Color Chunk Priority"); nil where there is none.
  ///
  /// - Throws: `.highDynamicRange`.
  var meaning: ColourMeaning? {
    get throws(ImageError.Reason) {
      if let cicp = chunks["cICP"], cicp.count == 4, cicp[2] == 0 {
        let points = ColourCodePoints(primaries: Int(cicp[0]), transfer: Int(cicp[1]), isNarrow: cicp[3] == 0)
        if let meaning = try points.meaning("cICP") { return meaning }
      }
      let profile = chunks.profile
      if !profile.isEmpty {
        if let points = ColourProfile(profile)?.codePoints { _ = try points.meaning("cicp") }
        return .profile(profile)
      }
      if chunks["sRGB"] != nil { return .sRGB }
      return described.map { .described($0) }
    }
  }

  private var described: RGBColours? {
    let gamma = chunks["gAMA"].flatMap { $0.count == 4 ? Self.numbers($0)[0] : nil }.flatMap { $0 > 0 ? $0 : nil }
    let points = chunks["cHRM"].flatMap { $0.count == 32 ? Self.numbers($0) : nil }
    guard gamma != nil || points != nil else { return nil }
    // 45455 stands for sRGB too, whose curve it comes near.
    let curve = gamma.map { abs($0 - 0.45455) < 0.005 ? RGBColours.Curve.sRGB : .gamma(1 / $0) } ?? .sRGB
    let name = gamma == nil ? "cHRM" : points == nil ? "gAMA" : "gAMA and cHRM"
    guard let points else { return RGBColours(name, curve) }
    let pairs = stride(from: 0, to: 8, by: 2).map { RGBColours.Chromaticity(x: points[$0], y: points[$0 + 1]) }
    guard pairs.allSatisfy({ $0.y > 0 }) else { return nil }
    return RGBColours(name, pairs[1], pairs[2], pairs[3], curve, white: pairs[0])
  }

  /// Unsigned 32-bit numbers in units of 1/100000.
  private static func numbers(_ bytes: [UInt8]) -> [Double] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      Double(bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }) / 100_000
    }
  }
}
