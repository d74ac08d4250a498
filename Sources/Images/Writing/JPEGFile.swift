/// A JPEG that libjpeg has written, which is given what is said beside the pixels.
struct JPEGFile {
  /// Begins with SOI and the APP0 of JFIF.
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private enum Marker {
    static let app1: UInt8 = 0xE1
    static let app2: UInt8 = 0xE2
  }

  /// A segment's length has 16 bits and counts itself.
  private static let mostData = 65533

  /// EXIF and XMP each as an APP1 segment, where they are short enough for one, a profile as APP2 segments (ICC.1:2022,
  /// annex B.4), behind JFIF's.
  func inserting(_ attributes: PictureAttributes) -> [UInt8] {
    let segments =
      Self.segment(Marker.app1, "Exif\0\0", attributes.exif)
      + Self.segment(Marker.app1, "http://ns.adobe.com/xap/1.0/\0", attributes.xmp) + Self.profile(attributes.profile)
    guard !segments.isEmpty else { return bytes }
    let place = bytes.count > 6 && bytes[3] == 0xE0 ? 4 + Int(bytes[4]) << 8 + Int(bytes[5]) : 2
    return Array(bytes[..<place]) + segments + bytes[place...]
  }

  private static func segment(_ marker: UInt8, _ mark: String, _ data: [UInt8]) -> [UInt8] {
    let count = mark.utf8.count + data.count
    guard !data.isEmpty, count <= mostData else { return [] }
    return [0xFF, marker] + UInt16(count + 2).bigEndianBytes + Array(mark.utf8) + data
  }

  private static func profile(_ profile: [UInt8]) -> [UInt8] {
    let mark = Array("ICC_PROFILE\0".utf8)
    let most = mostData - mark.count - 2
    let parts = stride(from: 0, to: profile.count, by: most).map { profile[$0..<min($0 + most, profile.count)] }
    guard parts.count <= 255 else { return [] }
    return parts.enumerated().flatMap { index, part -> [UInt8] in
      let length = UInt16(mark.count + 2 + part.count + 2)
      return [0xFF, Marker.app2] + length.bigEndianBytes + mark + [UInt8(index + 1), UInt8(parts.count)] + Array(part)
    }
  }
}
