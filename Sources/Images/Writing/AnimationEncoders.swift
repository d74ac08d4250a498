internal import CImageCodecs
internal import Glibc

/// Frames as an animated PNG (PNG specification, third edition, section 4.9), 8-bit RGB or RGBA, that repeats for ever; a viewer that does
/// not know of animations shows the last frame.
package enum APNGEncoder {
  /// - Parameters:
  ///   - steps: each for 1 to 65535 milliseconds.
  ///   - alpha: of all frames, of any size.
  ///   - frame: gives the frame of an index; all have the same size.
  /// - Throws: the codec's reason, and what `frame` throws.
  package static func encode(
    _ steps: [AnimationStep], alpha: AlphaPlane? = nil, frame: (Int) throws -> RGBImage
  ) throws -> [UInt8] {
    precondition(!steps.isEmpty, "APNGEncoder: at least one frame")
    var file = PNGFile([PNGChunk]())
    var number: UInt32 = 0
    func next() -> [UInt8] {
      defer { number += 1 }
      return number.bigEndianBytes
    }
    // The picture for those who know no animations is no part of it.
    let still = try PNGFile(PNGEncoder.encode(WritablePicture(frame(steps.map(\.frame).max()!), alpha: alpha)))
    file.chunks = still.chunks.filter { $0.type != "IEND" }
    let place = file.chunks.firstIndex { $0.type == "IDAT" } ?? 0
    file.chunks.insert(
      PNGChunk("acTL", UInt32(steps.count).bigEndianBytes + UInt32(0).bigEndianBytes), at: place)
    for (index, step) in steps.enumerated() {
      let frame = try frame(step.frame)
      let picture = try PNGFile(PNGEncoder.encode(WritablePicture(frame, alpha: alpha)))
      guard picture.chunks.first == still.chunks.first else { throw framesDiffer("APNG", index, frame) }
      // Size, place (0, 0), duration in milliseconds, nothing disposed of, nothing blended.
      let control =
        UInt32(frame.width).bigEndianBytes + UInt32(frame.height).bigEndianBytes + [UInt8](repeating: 0, count: 8)
        + UInt16(clamping: step.duration.milliseconds).bigEndianBytes + UInt16(1000).bigEndianBytes + [0, 0]
      file.chunks.append(PNGChunk("fcTL", next() + control))
      for chunk in picture.chunks where chunk.type == "IDAT" {
        file.chunks.append(PNGChunk("fdAT", next() + chunk.data))
      }
    }
    file.chunks.append(PNGChunk("IEND", []))
    return file.bytes
  }
}

/// Frames as an animated WebP that repeats for ever.
package enum WebPAnimationEncoder {
  /// - Parameters:
  ///   - steps: each for a millisecond or more.
  ///   - alpha: of all frames, of any size.
  ///   - frame: gives the frame of an index; all have the same size.
  /// - Throws: the codec's reason, and what `frame` throws.
  package static func encode(
    _ steps: [AnimationStep], quality: WebPEncoder.Quality, alpha: AlphaPlane? = nil,
    frame: (Int) throws -> RGBImage
  ) throws -> [UInt8] {
    precondition(!steps.isEmpty, "WebPAnimationEncoder: at least one frame")
    let first = try frame(steps[0].frame)
    let animation = try WebPAnimation(width: first.width, height: first.height, quality)
    for (index, step) in steps.enumerated() {
      let frame = try frame(step.frame)
      guard (frame.width, frame.height) == (first.width, first.height) else {
        throw framesDiffer("WebP", index, frame)
      }
      try animation.add(WritablePicture(frame, alpha: alpha), step.duration)
    }
    return try animation.finish()
  }
}

private func framesDiffer(_ format: String, _ index: Int, _ frame: RGBImage) -> ImageError.Reason {
  .cannotEncode(
    format: format, function: "frame \(index)",
    message: "has \(frame.width)x\(frame.height) pixels, the frames before have others")
}

/// libwebpmux's encoder, closed at its end.
private struct WebPAnimation: ~Copyable {
  private let animation: OpaquePointer

  init(width: Int, height: Int, _ quality: WebPEncoder.Quality) throws(ImageError.Reason) {
    var failure = CImageCodecsFailure.none
    guard let animation = CImageCodecsBeginWebPAnimation(UInt32(width), UInt32(height), quality.number, &failure) else {
      throw failure.encodingReason("WebP")
    }
    self.animation = animation
  }

  deinit { CImageCodecsCloseWebPAnimation(animation) }

  func add(_ frame: WritablePicture, _ duration: Duration) throws(ImageError.Reason) {
    var failure = CImageCodecsFailure.none
    let isAdded = frame.withCPicture { picture in
      withUnsafePointer(to: picture) {
        CImageCodecsAddWebPFrame(animation, $0, Int32(clamping: max(1, duration.milliseconds)), &failure)
      }
    }
    guard isAdded else { throw failure.encodingReason("WebP") }
  }

  func finish() throws(ImageError.Reason) -> [UInt8] {
    var count = 0
    var failure = CImageCodecsFailure.none
    guard let bytes = CImageCodecsFinishWebPAnimation(animation, &count, &failure) else {
      throw failure.encodingReason("WebP")
    }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}

extension Duration {
  fileprivate var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
