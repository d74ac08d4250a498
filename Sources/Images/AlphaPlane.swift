/// How opaque each pixel of a picture is: 255 fully, 0 not at all.
package struct AlphaPlane: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// H x W.
  package let values: [UInt8]

  package init(width: Int, height: Int, values: [UInt8]) {
    precondition(width > 0 && height > 0 && values.count == width * height, "AlphaPlane: values do not fill H x W")
    self.width = width
    self.height = height
    self.values = values
  }

  /// Whether no pixel can be seen.
  package var isInvisible: Bool { values.allSatisfy { $0 == 0 } }

  /// With other sides. Where all around is opaque it stays so, and where nothing is, nothing comes.
  package func resized(width newWidth: Int, height newHeight: Int) -> AlphaPlane {
    if newWidth == width && newHeight == height { return self }
    let columns = ResamplingFilter.tent(from: width, to: newWidth)
    let rows = ResamplingFilter.tent(from: height, to: newHeight)
    // Rows are first: of a few of these a narrow one is made, so that no picture of numbers is needed.
    var sums = [Float](repeating: 0, count: width)
    var resized: [UInt8] = []
    resized.reserveCapacity(newWidth * newHeight)
    for row in rows.windows {
      for x in 0..<width { sums[x] = 0 }
      for tap in 0..<row.count {
        let (weight, start) = (rows.weights[row.firstWeight + tap], (row.first + tap) * width)
        for x in 0..<width { sums[x] += weight * Float(values[start + x]) }
      }
      for column in columns.windows {
        var sum: Float = 0
        for tap in 0..<column.count { sum += columns.weights[column.firstWeight + tap] * sums[column.first + tap] }
        resized.append(UInt8(min(sum, 255) + 0.5))
      }
    }
    return AlphaPlane(width: newWidth, height: newHeight, values: resized)
  }

  /// The picture as it looks on white, blended in the encoded values as browsers do.
  ///
  /// - Parameter picture: of any size.
  package func onWhite(_ picture: RGBImage) -> RGBImage {
    let alpha = resized(width: picture.width, height: picture.height).values
    var pixels = picture.pixels
    for (pixel, alpha) in alpha.enumerated() where alpha != 255 {
      for index in 3 * pixel..<3 * pixel + 3 { pixels[index] = UInt8.onWhite(pixels[index], alpha: alpha) }
    }
    return RGBImage(width: picture.width, height: picture.height, pixels: pixels)
  }
}

extension UInt8 {
  /// A number of an encoded colour over white.
  static func onWhite(_ colour: UInt8, alpha: UInt8) -> UInt8 {
    let (colour, alpha) = (Int(colour), Int(alpha))
    return UInt8((colour * alpha + 255 * (255 - alpha) + 127) / 255)
  }
}
