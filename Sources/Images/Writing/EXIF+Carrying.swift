internal import CEXIF
internal import Glibc

/// The EXIF data of a photo for a picture that was made of it.
package enum CarriedEXIF {
  /// A TIFF structure; nothing where there is nothing to be carried over.
  ///
  /// Left out are the thumbnail with all that describes it, what the pixels need no more (orientation, their number, their colour
  /// space) and the maker's own notes, which are often larger than the rest and point to places in the old file.
  ///
  /// - Parameter bytes: as a file has them, with or without the mark before them.
  package static func bytes(of bytes: [UInt8]) -> [UInt8] {
    let data = EXIF.marked(bytes)
    guard data.count > EXIF.mark.count, data.count <= UInt32.max, let exif = exif_data_new() else { return [] }
    defer { exif_data_unref(exif) }
    // Without these two libexif drops and adds what it thinks fit.
    exif_data_unset_option(exif, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS)
    exif_data_unset_option(exif, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION)
    exif_data_load_data(exif, data, UInt32(data.count))
    exif.pointee.size = 0
    removeAll(exif.pointee.ifd.1)
    removeAll(exif.pointee.ifd.4)
    for tag in [EXIF_TAG_ORIENTATION, EXIF_TAG_IMAGE_WIDTH, EXIF_TAG_IMAGE_LENGTH] {
      remove(tag, from: exif.pointee.ifd.0)
    }
    for tag in [
      EXIF_TAG_PIXEL_X_DIMENSION, EXIF_TAG_PIXEL_Y_DIMENSION, EXIF_TAG_COLOR_SPACE, EXIF_TAG_MAKER_NOTE,
    ] {
      remove(tag, from: exif.pointee.ifd.2)
    }
    return saved(exif)
  }

  private static func removeAll(_ content: UnsafeMutablePointer<ExifContent>?) {
    guard let content else { return }
    for _ in 0..<content.pointee.count { exif_content_remove_entry(content, content.pointee.entries[0]) }
  }

  /// A damaged file may have it more than once.
  private static func remove(_ tag: ExifTag, from content: UnsafeMutablePointer<ExifContent>?) {
    for _ in 0..<(content?.pointee.count ?? 0) {
      guard let entry = exif_content_get_entry(content, tag) else { return }
      exif_content_remove_entry(content, entry)
    }
  }

  private static func saved(_ exif: UnsafeMutablePointer<ExifData>) -> [UInt8] {
    let directories = [exif.pointee.ifd.0, exif.pointee.ifd.2, exif.pointee.ifd.3]
    guard directories.contains(where: { ($0?.pointee.count ?? 0) > 0 }) else { return [] }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count: UInt32 = 0
    exif_data_save_data(exif, &bytes, &count)
    guard let bytes else { return [] }
    defer { free(bytes) }
    let saved = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    return saved.starts(with: EXIF.mark) ? Array(saved.dropFirst(EXIF.mark.count)) : []
  }
}
