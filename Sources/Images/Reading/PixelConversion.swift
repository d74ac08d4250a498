/// Conversions of interleaved 8-bit pixels to RGB, in place: the result is never longer than its source.
enum PixelConversion {
  /// RGBA over white, blended in the encoded values as browsers do. Returns whether any pixel was not opaque.
  ///
  /// - Parameter isMultiplied: the colours are multiplied with the alpha already.
  static func compositeOnWhite(_ pixels: inout [UInt8], isMultiplied: Bool) -> Bool {
    var alphaSeen = false
    convertFourToThree(&pixels) { source, target in
      let alpha = Int(source[3])
      alphaSeen = alphaSeen || alpha != 255
      for channel in 0..<3 {
        let colour = isMultiplied ? min(Int(source[channel]), alpha) * 255 : Int(source[channel]) * alpha
        target[channel] = UInt8((colour + 255 * (255 - alpha) + 127) / 255)
      }
    }
    return alphaSeen
  }

  /// RGBA as RGB whose colours are not multiplied with the alpha, and the alpha: H x W, or nil where every pixel is opaque.
  ///
  /// - Parameter isMultiplied: the colours are multiplied with the alpha already.
  static func separateAlpha(_ pixels: inout [UInt8], isMultiplied: Bool) -> [UInt8]? {
    var plane: [UInt8] = []
    plane.reserveCapacity(pixels.count / 4)
    convertFourToThree(&pixels) { source, target in
      let alpha = source[3]
      plane.append(alpha)
      for channel in 0..<3 {
        target[channel] =
          isMultiplied && alpha > 0
          ? UInt8(min(255, (Int(source[channel]) * 255 + Int(alpha) / 2) / Int(alpha))) : source[channel]
      }
    }
    return plane.allSatisfy { $0 == 255 } ? nil : plane
  }

  /// Numbers for which black and white are the ends of `range`.
  static func expand(_ pixels: inout [UInt8], from range: ClosedRange<Int>) {
    let table = (0...255).map { number in
      UInt8(clamping: ((number - range.lowerBound) * 255 + range.count / 2) / (range.count - 1))
    }
    for i in pixels.indices { pixels[i] = table[Int(pixels[i])] }
  }

  /// Ink to light without a profile: R = (1 - C)(1 - K) and so on. `inverted`: 255 means no ink.
  static func convertFromCMYK(_ pixels: inout [UInt8], inverted: Bool) {
    let flip: UInt8 = inverted ? 0 : 255
    convertFourToThree(&pixels) { source, target in
      let light = Int(source[3] ^ flip)
      for channel in 0..<3 { target[channel] = UInt8((Int(source[channel] ^ flip) * light + 127) / 255) }
    }
  }

  private static func convertFourToThree(
    _ pixels: inout [UInt8], _ convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) {
    let count = pixels.count / 4
    pixels.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      // The target of pixel i ends before the source of pixel i + 1 begins, and `convert` reads its fourth byte first.
      for i in 0..<count { convert(start + 4 * i, start + 3 * i) }
    }
    pixels.removeLast(count)
  }
}
