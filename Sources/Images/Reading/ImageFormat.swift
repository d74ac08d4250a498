internal import CImageCodecs

/// The formats that are read, known by a file's first bytes and never by its name.
package enum ImageFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  case png = "PNG"
  case jpeg = "JPEG"
  case webp = "WebP"
  case heic = "HEIC"
  case avif = "AVIF"
  case tiff = "TIFF"

  package var description: String { rawValue }

  /// For a copy of the file.
  package var fileExtension: String { self == .jpeg ? "jpg" : rawValue.lowercased() }

  /// Whether the library was there when Easel was built. PNG and JPEG always are.
  package var isBuiltIn: Bool { CImageCodecsCanRead(codec) }

  /// `PNG, JPEG, WebP, HEIC, AVIF, TIFF`, as far as they are built in.
  package static var readable: String { allCases.filter(\.isBuiltIn).map(\.rawValue).joined(separator: ", ") }

  var codec: CImageCodecsFormat {
    switch self {
    case .png: CImageCodecsPNG
    case .jpeg: CImageCodecsJPEG
    case .webp: CImageCodecsWebP
    case .heic, .avif: CImageCodecsHEIF
    case .tiff: CImageCodecsTIFF
    }
  }

  /// The library that reads it, by the name of its package.
  var library: String {
    switch self {
    case .png: "libpng"
    case .jpeg: "libjpeg"
    case .webp: "libwebp"
    case .heic, .avif: "libheif"
    case .tiff: "libtiff"
    }
  }

  private static let signatures: [(format: ImageFormat, offset: Int, mark: [UInt8])] = [
    // The rest of the PNG signature detects transfers that mangled line ends; libpng says so in its own words.
    (.png, 0, [0x89, 0x50, 0x4E, 0x47]),
    (.jpeg, 0, [0xFF, 0xD8, 0xFF]),
    (.webp, 8, Array("WEBP".utf8)),
    (.avif, 4, Array("ftypavif".utf8)),
    (.avif, 4, Array("ftypavis".utf8)),
    (.heic, 4, Array("ftyphei".utf8)),
    (.heic, 4, Array("ftyphev".utf8)),
    (.heic, 4, Array("ftypmif1".utf8)),
    (.heic, 4, Array("ftypmsf1".utf8)),
    (.tiff, 0, Array("II*\0".utf8)),
    (.tiff, 0, Array("MM\0*".utf8)),
    (.tiff, 0, Array("II+\0".utf8)),
    (.tiff, 0, Array("MM\0+".utf8)),
  ]

  /// The format of a file that begins so. A file that ends within a PNG's or JPEG's signature counts as that, cut off.
  ///
  /// - Throws: `.unsupported`, with a guess at what the file is instead.
  init(of bytes: UnsafeBufferPointer<UInt8>) throws(ImageError.Reason) {
    let known = Self.signatures.first { _, offset, mark in
      offset == 0 && bytes.count < mark.count ? mark.starts(with: bytes) : bytes.has(mark, at: offset)
    }
    guard let known else { throw .unsupported(looksLike: ForeignFormat.guess(bytes)) }
    // Both kinds may call themselves a picture of any coding.
    self = known.format == .heic && bytes.names("avif") ? .avif : known.format
  }
}

/// Names for what people drop by mistake, so that the error can say what was found.
enum ForeignFormat {
  private static let signatures: [(offset: Int, mark: String, name: String)] = [
    (0, "GIF8", "a GIF picture"),
    (0, "BM", "a BMP picture"),
    (0, "%PDF", "a PDF document"),
    (0, "%!PS", "a PostScript document"),
    (0, "8BPS", "a Photoshop document"),
    (0, "gimp xcf", "a GIMP document"),
    (0, "PK\u{03}\u{04}", "a ZIP archive or office document"),
    (0, "\u{7F}ELF", "a program"),
    (0, "SQLite format 3", "a database"),
    (0, "RIFF", "a sound or film"),
    (0, "\0\0\u{01}\0", "an icon"),
    (0, "IIU\0", "a raw camera picture"),
    (0, "FUJIFILMCCD-RAW", "a raw camera picture"),
    (4, "JXL ", "a JPEG XL picture"),
    (4, "jP  ", "a JPEG 2000 picture"),
    (8, "crx ", "a raw camera picture"),
    (4, "ftyp", "a film"),
    (0, "<svg", "an SVG drawing"),
    (0, "<?xml", "an XML or SVG file"),
    (0, "<!doctype html", "a web page"),
    (0, "<!DOCTYPE html", "a web page"),
    (0, "<html", "a web page"),
  ]

  private static let binarySignatures: [(mark: [UInt8], name: String)] = [
    ([0xFF, 0x0A], "a JPEG XL picture"),
    ([0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 picture"),
    ([0x1F, 0x8B], "a gzip archive"),
    ([0x1A, 0x45, 0xDF, 0xA3], "a film"),
    ([0x76, 0x2F, 0x31, 0x01], "an OpenEXR picture"),
    ([0, 5, 0x16, 7], "the side file of a Mac, without the picture"),
  ]

  static func guess(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    for (offset, mark, name) in signatures where bytes.has(Array(mark.utf8), at: offset) { return name }
    for (mark, name) in binarySignatures where bytes.has(mark, at: 0) { return name }
    let head = UnsafeBufferPointer(rebasing: bytes.prefix(512))
    if head.allSatisfy({ $0 == 0 }) { return "a file of zero bytes that was never filled in" }
    if head.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }) { return "text" }
    return "an unknown kind of file"
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func has(_ mark: [UInt8], at offset: Int) -> Bool {
    count >= offset + mark.count && self[offset..<offset + mark.count].elementsEqual(mark)
  }

  /// Whether the file type box of an ISO media file, which says how long it is, has the brand.
  fileprivate func names(_ brand: String) -> Bool {
    let length = prefix(4).reduce(0) { $0 << 8 | Int($1) }
    return stride(from: 8, to: Swift.min(length, count, 256) - 3, by: 4).contains { has(Array(brand.utf8), at: $0) }
  }
}
