internal import CGIF

/// giflib's encoder, writing to memory.
struct GIFWriter: ~Copyable {
  /// Means "as in the frame before".
  static let transparentIndex = 255
  /// The lowest and highest delay that the format can hold and viewers respect, in hundredths of a second.
  static let delays = 2...65535

  private final class Sink {
    var bytes: [UInt8] = []
  }

  private let sink = Sink()
  private var file: UnsafeMutablePointer<GifFileType>?

  /// A GIF that repeats for ever. The palette has at most 255 colours.
  init(width: Int, height: Int, palette: Palette) throws(ImageError.Reason) {
    var code: Int32 = 0
    // `self.sink` keeps the sink alive for as long as `file` is open.
    file = EGifOpen(Unmanaged.passUnretained(sink).toOpaque(), Self.write, &code)
    guard let file else { throw Self.failure("EGifOpen", code) }
    EGifSetGifVersion(file, true)
    try Self.putScreen(file, width: width, height: height, palette: palette)
    try Self.putLoop(file)
  }

  deinit {
    var code: Int32 = 0
    if let file { _ = EGifCloseFile(file, &code) }
  }

  /// Adds a frame that changes the rectangle at (left, top); `indices` are height x width.
  func put(
    _ indices: inout [UInt8], left: Int, top: Int, width: Int, height: Int, delay: Int
  ) throws(ImageError.Reason) {
    guard let file else { return }
    var control = GraphicsControlBlock(
      DisposalMode: DISPOSE_DO_NOT, UserInputFlag: false, DelayTime: Int32(delay),
      TransparentColor: Int32(Self.transparentIndex))
    var block = [UInt8](repeating: 0, count: 4)
    let size = EGifGCBToExtension(&control, &block)
    try Self.check("EGifPutExtension", file, EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, Int32(size), block))
    try Self.check(
      "EGifPutImageDesc", file,
      EGifPutImageDesc(file, Int32(left), Int32(top), Int32(width), Int32(height), false, nil))
    try Self.check("EGifPutLine", file, EGifPutLine(file, &indices, Int32(indices.count)))
  }

  /// Ends the GIF and gives its bytes.
  mutating func finish() throws(ImageError.Reason) -> [UInt8] {
    var code: Int32 = 0
    if let file {
      self.file = nil
      guard EGifCloseFile(file, &code) == GIF_OK else { throw Self.failure("EGifCloseFile", code) }
    }
    return sink.bytes
  }

  private static let write: OutputFunc = { file, bytes, count in
    guard let file, let sink = file.pointee.UserData else { return 0 }
    let source = UnsafeBufferPointer(start: bytes, count: Int(count))
    Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes.append(contentsOf: source)
    return count
  }

  private static func putScreen(
    _ file: UnsafeMutablePointer<GifFileType>, width: Int, height: Int, palette: Palette
  ) throws(ImageError.Reason) {
    var colours = palette.colours.map { GifColorType(Red: $0.x, Green: $0.y, Blue: $0.z) }
    colours += Array(repeating: GifColorType(), count: 256 - colours.count)
    guard let map = GifMakeMapObject(256, colours) else { throw failure("GifMakeMapObject", E_GIF_ERR_NOT_ENOUGH_MEM) }
    defer { GifFreeMapObject(map) }
    try check("EGifPutScreenDesc", file, EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, map))
  }

  /// Netscape's extension: 1, then how often (0 for ever) as a 16-bit number.
  private static func putLoop(_ file: UnsafeMutablePointer<GifFileType>) throws(ImageError.Reason) {
    try check("EGifPutExtensionLeader", file, EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check("EGifPutExtensionBlock", file, EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check("EGifPutExtensionBlock", file, EGifPutExtensionBlock(file, 3, [1, 0, 0] as [UInt8]))
    try check("EGifPutExtensionTrailer", file, EGifPutExtensionTrailer(file))
  }

  private static func check(
    _ function: String, _ file: UnsafeMutablePointer<GifFileType>, _ status: Int32
  ) throws(ImageError.Reason) {
    guard status == GIF_OK else { throw failure(function, file.pointee.Error) }
  }

  private static func failure(_ function: String, _ code: Int32) -> ImageError.Reason {
    let message = GifErrorString(code).map { String(cString: $0) } ?? "error \(code)"
    return .cannotEncode(format: "GIF", function: function, message: message)
  }
}
