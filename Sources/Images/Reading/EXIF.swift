internal import CEXIF

/// What is wanted of EXIF data. Anything unreadable says nothing: EXIF is never a reason to fail.
struct EXIF {
  var orientation: Orientation?
  /// The colours are Adobe's, as cameras say it that write no profile (DCF 2.0, "optional colour space").
  var isAdobeRGB = false

  static let none = EXIF()

  private init() {}

  /// - Parameter bytes: a TIFF structure, behind any number of the mark that JPEG puts before it.
  init(_ bytes: [UInt8]) {
    let data = Self.marked(bytes)
    guard data.count > Self.mark.count, data.count <= UInt32.max,
      let exif = exif_data_new_from_data(data, UInt32(data.count))
    else { return }
    defer { exif_data_unref(exif) }
    orientation = Self.short(exif, exif.pointee.ifd.0, EXIF_TAG_ORIENTATION).flatMap(Orientation.init(rawValue:))
    let isUncalibrated = Self.short(exif, exif.pointee.ifd.2, EXIF_TAG_COLOR_SPACE) != 1
    isAdobeRGB = isUncalibrated && Self.text(exif.pointee.ifd.4, EXIF_TAG_INTEROPERABILITY_INDEX) == "R03"
  }

  static let mark = Array("Exif\0\0".utf8)

  /// Behind one mark, by which libexif knows EXIF data.
  static func marked(_ bytes: [UInt8]) -> [UInt8] {
    var structure = bytes[...]
    while structure.starts(with: mark) { structure = structure.dropFirst(mark.count) }
    return mark + structure
  }

  private static func short(
    _ exif: UnsafeMutablePointer<ExifData>, _ content: UnsafeMutablePointer<ExifContent>?, _ tag: ExifTag
  ) -> Int? {
    guard let entry = exif_content_get_entry(content, tag), entry.pointee.format == EXIF_FORMAT_SHORT,
      entry.pointee.components >= 1, entry.pointee.size >= 2, let bytes = entry.pointee.data
    else { return nil }
    return Int(exif_get_short(bytes, exif_data_get_byte_order(exif)))
  }

  private static func text(_ content: UnsafeMutablePointer<ExifContent>?, _ tag: ExifTag) -> String? {
    guard let entry = exif_content_get_entry(content, tag), entry.pointee.format == EXIF_FORMAT_ASCII,
      let bytes = entry.pointee.data
    else { return nil }
    let characters = UnsafeBufferPointer(start: bytes, count: Int(entry.pointee.size)).prefix { $0 != 0 }
    return String(decoding: characters, as: UTF8.self)
  }
}
