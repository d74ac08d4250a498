/// A frame on the screen: its number among the pictures, and how long it stays.
package struct AnimationStep: Equatable, Sendable {
  package var frame: Int
  package var duration: Duration

  package init(_ frame: Int, _ duration: Duration) { (self.frame, self.duration) = (frame, duration) }
}

/// How a sequence of pictures becomes an animated GIF that repeats for ever.
///
/// All frames share one palette, chosen for what is on the screen longest: later frames count more than earlier ones,
/// because a painting begins as noise and ends as the picture that people look at.
package struct AnimatedGIF: Equatable, Sendable {
  /// Between frames; hundredths of a second are what the format can tell apart.
  package var delay: Duration
  /// How long the last frame stays.
  package var finalDelay: Duration
  /// Wider frames are shrunk to this.
  package var maximumWidth: Int

  package init(
    delay: Duration = .milliseconds(200), finalDelay: Duration = .seconds(2), maximumWidth: Int = 512
  ) {
    self.delay = delay
    self.finalDelay = finalDelay
    self.maximumWidth = maximumWidth
  }

  /// The bytes of the GIF. The same frames give the same bytes.
  ///
  /// - Parameter frame: gives the frame of an index. Every frame is asked for twice, in order: for the palette, and to
  ///   be written. Only one is in memory at a time. All must have the same size.
  package func encode(frameCount: Int, frame: (Int) throws -> RGBImage) throws -> [UInt8] {
    try encode((0..<frameCount).map { AnimationStep($0, $0 == frameCount - 1 ? finalDelay : delay) }, frame: frame)
  }

  /// The bytes of a GIF with these frames, each of which is asked for as often, in order, and once more before.
  ///
  /// - Parameter alpha: of all of them, of any size: what is less than half opaque is transparent, for the format knows nothing between.
  package func encode(
    _ steps: [AnimationStep], alpha: AlphaPlane? = nil, frame: (Int) throws -> RGBImage
  ) throws -> [UInt8] {
    precondition(!steps.isEmpty, "AnimatedGIF: at least one frame")
    let (palette, width, height) = try survey(steps, frame)
    var writer = try GIFWriter(width: width, height: height, palette: palette)
    var ditherer = Ditherer(palette: palette)
    var canvas = IndexedCanvas(width: width, height: height)
    let visible = alpha?.resized(width: width, height: height).values
    for step in steps {
      var indices = ditherer.indices(of: try frame(step.frame).shrunk(width: maximumWidth))
      // Nothing is there before the first frame, and so it stays.
      if let visible {
        for pixel in indices.indices where visible[pixel] < 128 { indices[pixel] = UInt8(GIFWriter.transparentIndex) }
      }
      var change = canvas.replace(with: indices)
      try writer.put(
        &change.indices, left: change.left, top: change.top, width: change.width, height: change.height,
        delay: hundredths(step.duration))
    }
    return try writer.finish()
  }

  /// The palette for all frames, and their common size.
  private func survey(
    _ steps: [AnimationStep], _ frame: (Int) throws -> RGBImage
  ) throws -> (palette: Palette, width: Int, height: Int) {
    var histogram = ColourHistogram()
    var size = (width: 0, height: 0)
    let count = steps.map(\.frame).max()! + 1
    for (i, step) in steps.enumerated() {
      let picture = try frame(step.frame).shrunk(width: maximumWidth)
      if i == 0 { size = (picture.width, picture.height) }
      guard size == (picture.width, picture.height) else {
        throw ImageError.Reason.cannotEncode(
          format: "GIF", function: "frame \(i)",
          message: "has \(picture.width)x\(picture.height) pixels, the frames before \(size.width)x\(size.height)")
      }
      histogram.add(picture, weight: weight(of: step, of: count))
    }
    let palette = Palette.covering(histogram.colours, count: GIFWriter.transparentIndex)
    return (palette, size.width, size.height)
  }

  /// Time on the screen, times how far the painting has come.
  private func weight(of step: AnimationStep, of count: Int) -> Double {
    Double(step.frame + 1) / Double(count) * Double(hundredths(step.duration))
  }

  private func hundredths(_ duration: Duration) -> Int {
    let value = (duration / .milliseconds(10)).rounded()
    return Int(min(max(value, Double(GIFWriter.delays.lowerBound)), Double(GIFWriter.delays.upperBound)))
  }
}
