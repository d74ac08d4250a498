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

  fileprivate var swapsSides: Bool { rawValue >= 5 }

  /// The pixel stored at the upright picture's (x, y) for stored sides `width` x `height`.
  fileprivate func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
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

extension RGBImage {
  /// The upright picture of one that was stored with this orientation.
  func upright(from orientation: Orientation) -> RGBImage {
    guard orientation != .upright else { return self }
    let (outWidth, outHeight) = orientation.swapsSides ? (height, width) : (width, height)
    // The source position is linear in x and y: walk it by its steps.
    let origin = orientation.source(x: 0, y: 0, width: width, height: height)
    let right = orientation.source(x: 1, y: 0, width: width, height: height)
    let down = orientation.source(x: 0, y: 1, width: width, height: height)
    let start = origin.y * width + origin.x
    let stepX = right.y * width + right.x - start
    let stepY = down.y * width + down.x - start
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<outHeight {
          for x in 0..<outWidth {
            let from = 3 * (start + x * stepX + y * stepY)
            let to = 3 * (y * outWidth + x)
            target[to] = source[from]
            target[to + 1] = source[from + 1]
            target[to + 2] = source[from + 2]
          }
        }
      }
      count = pixels.count
    }
    return RGBImage(width: outWidth, height: outHeight, pixels: turned)
  }
}
