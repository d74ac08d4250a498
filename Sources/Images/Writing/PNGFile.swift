internal import CImageCodecs
internal import Glibc

/// A chunk of a PNG (PNG specification, third edition, section 5.3).
struct PNGChunk: Equatable {
  /// Four letters.
  var type: String
  var data: [UInt8]

  init(_ type: String, _ data: [UInt8]) { (self.type, self.data) = (type, data) }

  /// Length, type, data and their sum.
  var bytes: [UInt8] {
    let summed = Array(type.utf8) + data
    return UInt32(data.count).bigEndianBytes + summed + CImageCodecsCRC32(summed, summed.count).bigEndianBytes
  }

  /// Those for what is said beside a picture: iCCP, eXIf, iTXt with XMP, tEXt with the program.
  ///
  /// - Throws: when memory is short.
  static func chunks(of attributes: PictureAttributes) throws(ImageError.Reason) -> [PNGChunk] {
    var chunks: [PNGChunk] = []
    if !attributes.profile.isEmpty {
      chunks.append(PNGChunk("iCCP", text("ICC profile") + [0] + (try packed(attributes.profile))))
    }
    if !attributes.exif.isEmpty { chunks.append(PNGChunk("eXIf", attributes.exif)) }
    if !attributes.software.isEmpty {
      chunks.append(PNGChunk("tEXt", text("Software") + Array(attributes.software.utf8)))
    }
    if !attributes.xmp.isEmpty {
      // Not packed, no language, no translated keyword.
      chunks.append(PNGChunk("iTXt", text("XML:com.adobe.xmp") + [0, 0, 0, 0] + attributes.xmp))
    }
    return chunks
  }

  private static func text(_ keyword: String) -> [UInt8] { Array(keyword.utf8) + [0] }

  private static func packed(_ bytes: [UInt8]) throws(ImageError.Reason) -> [UInt8] {
    var count = 0
    guard let packed = CImageCodecsDeflate(bytes, bytes.count, &count) else {
      throw .cannotEncode(format: "PNG", function: "compress2", message: "out of memory")
    }
    defer { free(packed) }
    return Array(UnsafeBufferPointer(start: packed, count: count))
  }
}

/// A PNG that libpng has written, as its chunks.
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  var chunks: [PNGChunk] = []

  init(_ chunks: [PNGChunk]) { self.chunks = chunks }

  /// - Parameter bytes: a sound file.
  init(_ bytes: [UInt8]) {
    var start = Self.signature.count
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let type = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
      chunks.append(PNGChunk(type, Array(bytes[start + 8..<start + 8 + length])))
      start += length + 12
    }
  }

  var bytes: [UInt8] { Self.signature + chunks.flatMap(\.bytes) }

  /// Before the pixels, where all of them may stand.
  func inserting(_ others: [PNGChunk]) -> [UInt8] {
    let place = chunks.firstIndex { $0.type == "IDAT" } ?? chunks.endIndex
    return PNGFile(Array(chunks[..<place]) + others + chunks[place...]).bytes
  }
}

extension UInt32 {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}

extension UInt16 {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}
