import Images
import StyleTransfer

extension PixelMask {
  /// Where a picture has detail: faces, branches and writing rather than skies and walls.
  ///
  /// Detail is the energy of the luma's differences between neighbours, averaged over about a 20th of the long side. Where there is more of
  /// it than in 19 of 20 pixels, the mask is 1; where there is none, it is what `share` leaves.
  ///
  /// - Parameter share: 0...1: how much detail counts; at 0 the mask is 1 everywhere.
  package init(detailOf picture: PlanarPicture, share: Double) {
    let (height, width) = (picture.height, picture.width)
    let radius = max(1, max(height, width) / 40)
    // Two boxes after each other are a tent: no edge of a window shows.
    let energy = Plane(height: height, width: width, Self.energy(of: picture))
      .averaged(radius: radius).averaged(radius: radius)
    let most = energy.values.sorted()[energy.values.count * 19 / 20]
    let share = Float(share)
    self.init(
      height: height, width: width,
      values: energy.values.map { most > 0 ? 1 - share + share * min($0 / most, 1) : 1 })
  }

  /// `[height][width]`.
  private static func energy(of picture: PlanarPicture) -> [Float] {
    let (height, width) = (picture.height, picture.width)
    let pixels = height * width
    let luma = (0..<pixels).map { pixel in
      Luma.of(SIMD3(picture.values[pixel], picture.values[pixels + pixel], picture.values[2 * pixels + pixel]))
    }
    return (0..<pixels).map { pixel in
      let right = pixel % width + 1 < width ? luma[pixel + 1] - luma[pixel] : 0
      let below = pixel + width < pixels ? luma[pixel + width] - luma[pixel] : 0
      return right * right + below * below
    }
  }
}

/// One number a pixel.
private struct Plane {
  let height: Int
  let width: Int
  /// `[height][width]`.
  let values: [Float]

  init(height: Int, width: Int, _ values: [Float]) {
    self.height = height
    self.width = width
    self.values = values
  }

  /// Each pixel's mean over the square of 2 radius + 1 pixels around it, as much as lies in the picture.
  func averaged(radius: Int) -> Plane {
    averagedAlongRows(radius: radius).transposed.averagedAlongRows(radius: radius).transposed
  }

  private func averagedAlongRows(radius: Int) -> Plane {
    var averaged = values
    for row in stride(from: 0, to: values.count, by: width) {
      var sums = [0.0]
      for x in 0..<width { sums.append(sums[x] + Double(values[row + x])) }
      for x in 0..<width {
        let (first, end) = (max(0, x - radius), min(width, x + radius + 1))
        averaged[row + x] = Float((sums[end] - sums[first]) / Double(end - first))
      }
    }
    return Plane(height: height, width: width, averaged)
  }

  private var transposed: Plane {
    var turned = values
    for y in 0..<height {
      for x in 0..<width { turned[x * height + y] = values[y * width + x] }
    }
    return Plane(height: width, width: height, turned)
  }
}
