/// The formats that are read, known by a file's first bytes and never by its name.
package enum ImageFormat: String, Sendable, CustomStringConvertible {
  case png = "PNG"
  case jpeg = "JPEG"

  package var description: String { rawValue }

  /// The format of a file that begins so. A file that ends within the signature counts as that format, cut off.
  ///
  /// - Throws: `.unsupported`, with a guess at what the file is instead.
  init(of bytes: UnsafeBufferPointer<UInt8>) throws(ImageError.Reason) {
    // The rest of the PNG signature detects transfers that mangled line ends; libpng says so in its own words.
    if bytes.begins([0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else if bytes.begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      throw .unsupported(looksLike: ForeignFormat.guess(bytes))
    }
  }
}

/// Names for what people drop by mistake, so that the error can say what was found.
enum ForeignFormat {
  private static let signatures: [(offset: Int, mark: String, name: String)] = [
    (0, "GIF8", "a GIF picture"),
    (8, "WEBP", "a WebP picture"),
    (0, "II*\0", "a TIFF or raw camera picture"),
    (0, "MM\0*", "a TIFF or raw camera picture"),
    (0, "II+\0", "a TIFF picture"),
    (0, "MM\0+", "a TIFF picture"),
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
    (4, "JXL ", "a JPEG XL picture"),
    (4, "jP  ", "a JPEG 2000 picture"),
    (8, "avif", "an AVIF picture"),
    (8, "avis", "an AVIF picture"),
    (8, "crx ", "a raw camera picture"),
    (4, "ftyphei", "a HEIC picture"),
    (4, "ftyphev", "a HEIC picture"),
    (4, "ftypmif", "a HEIC picture"),
    (4, "ftypmsf", "a HEIC picture"),
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

  /// True when the bytes begin with the mark, or are a beginning of it themselves.
  fileprivate func begins(_ mark: [UInt8]) -> Bool {
    prefix(mark.count).elementsEqual(mark.prefix(count))
  }
}
