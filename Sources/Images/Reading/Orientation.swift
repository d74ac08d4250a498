/// EXIF orientation: how the stored rows and columns lie in the upright picture (EXIF 2.32, tag 0x0112).
enum Orientation: Int, Sendable {
  case upright = 1
  case mirrored
  case rotated180
  case flipped
  case transposed
  case rotatedRight
  case transversed
  case rotatedLeft

  private var swapsSides: Bool { rawValue >= 5 }

  /// The pixel stored at the upright picture's (x, y) for stored sides `width` x `height`.
  private func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .upright: (x, y)
    case .mirrored: (width - 1 - x, y)
    case .rotated180: (width - 1 - x, height - 1 - y)
    case .flipped: (x, height - 1 - y)
    case .transposed: (y, x)
    case .rotatedRight: (y, height - 1 - x)
    case .transversed: (width - 1 - y, height - 1 - x)
    case .rotatedLeft: (width - 1 - y, x)
    }
  }
}

extension Orientation {
  /// The upright picture of one that is stored with this orientation.
  ///
  /// - Parameter pixels: height x width x channels.
  fileprivate func turned(_ pixels: [UInt8], channels: Int, width: Int, height: Int) -> [UInt8] {
    let (outWidth, outHeight) = uprightSides(width, height)
    // The source position is linear in x and y: walk it by its steps.
    let origin = source(x: 0, y: 0, width: width, height: height)
    let right = source(x: 1, y: 0, width: width, height: height)
    let down = source(x: 0, y: 1, width: width, height: height)
    let start = origin.y * width + origin.x
    let stepX = right.y * width + right.x - start
    let stepY = down.y * width + down.x - start
    return [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<outHeight {
          for x in 0..<outWidth {
            let from = channels * (start + x * stepX + y * stepY)
            let to = channels * (y * outWidth + x)
            for channel in 0..<channels { target[to + channel] = source[from + channel] }
          }
        }
      }
      count = pixels.count
    }
  }

  fileprivate func uprightSides(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
    swapsSides ? (height, width) : (width, height)
  }
}

extension RGBImage {
  /// The upright picture of one that was stored with this orientation.
  func upright(from orientation: Orientation) -> RGBImage {
    guard orientation != .upright else { return self }
    let (newWidth, newHeight) = orientation.uprightSides(width, height)
    return RGBImage(
      width: newWidth, height: newHeight,
      pixels: orientation.turned(pixels, channels: 3, width: width, height: height))
  }
}

extension AlphaPlane {
  /// That of the upright picture.
  func upright(from orientation: Orientation) -> AlphaPlane {
    let (newWidth, newHeight) = orientation.uprightSides(width, height)
    return AlphaPlane(
      width: newWidth, height: newHeight,
      values: orientation.turned(values, channels: 1, width: width, height: height))
  }
}
