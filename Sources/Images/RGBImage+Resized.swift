extension RGBImage {
  /// This picture with other sides, by a separable Lanczos-3 filter on the encoded (sRGB) values.
  ///
  /// Rows are filtered first and kept in a ring that is as long as the vertical filter, so memory stays small.
  package func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
    precondition(newWidth > 0 && newHeight > 0, "RGBImage.resized: sides must be positive")
    if newWidth == width && newHeight == height { return self }
    let horizontal = ResamplingFilter.lanczos(from: width, to: newWidth)
    let vertical = ResamplingFilter.lanczos(from: height, to: newHeight)
    let rowLength = newWidth * 3
    var ring = [Float](repeating: 0, count: vertical.longest * rowLength)
    var wide = [SIMD4<Float>](repeating: .zero, count: width)
    var sum = [Float](repeating: 0, count: rowLength)
    var filteredRows = 0
    let resized = [UInt8](unsafeUninitializedCapacity: newHeight * rowLength) { target, initializedCount in
      ring.withUnsafeMutableBufferPointer { ring in
        func ringRow(_ y: Int) -> UnsafeMutableBufferPointer<Float> {
          let start = y % vertical.longest * rowLength
          return UnsafeMutableBufferPointer(rebasing: ring[start..<start + rowLength])
        }
        for (y, window) in vertical.windows.enumerated() {
          while filteredRows < window.first + window.count {
            filterRow(filteredRows, by: horizontal, wide: &wide, into: ringRow(filteredRows))
            filteredRows += 1
          }
          for i in 0..<rowLength { sum[i] = 0 }
          for tap in 0..<window.count {
            add(ringRow(window.first + tap), times: vertical.weights[window.firstWeight + tap], to: &sum)
          }
          let row = UnsafeMutableBufferPointer(rebasing: target[y * rowLength..<(y + 1) * rowLength])
          for i in 0..<rowLength { row[i] = UInt8(min(max(sum[i], 0), 255) + 0.5) }
        }
      }
      initializedCount = newHeight * rowLength
    }
    return RGBImage(width: newWidth, height: newHeight, pixels: resized)
  }

  /// The sides that keep this picture's proportions with the longer one at `longSide`; at least 1 pixel each.
  package func size(longSide: Int) -> (width: Int, height: Int) {
    let scale = Double(longSide) / Double(max(width, height))
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    return (scaled(width), scaled(height))
  }

  /// Shrunk until its longer side is no longer than `limit`; itself where it is not.
  package func shrunk(longSide limit: Int) -> RGBImage {
    guard max(width, height) > limit else { return self }
    let size = size(longSide: limit)
    return resized(width: size.width, height: size.height)
  }

  /// Shrunk until it is no wider than `limit`; itself where it is not.
  package func shrunk(width limit: Int) -> RGBImage {
    guard width > limit else { return self }
    return resized(width: limit, height: max(1, (height * limit + width / 2) / width))
  }

  /// Row `y` filtered along x into `target`, W' x 3, clipped to 0...255. `wide` is scratch: one vector for a pixel.
  private func filterRow(
    _ y: Int, by filter: ResamplingFilter, wide: inout [SIMD4<Float>], into target: UnsafeMutableBufferPointer<Float>
  ) {
    pixels.withUnsafeBufferPointer { pixels in
      let start = y * width * 3
      for x in 0..<width {
        let pixel = start + 3 * x
        wide[x] = SIMD4(Float(pixels[pixel]), Float(pixels[pixel + 1]), Float(pixels[pixel + 2]), 0)
      }
    }
    wide.withUnsafeBufferPointer { wide in
      filter.weights.withUnsafeBufferPointer { weights in
        for (x, window) in filter.windows.enumerated() {
          var sum = SIMD4<Float>.zero
          for tap in 0..<window.count { sum += wide[window.first + tap] * weights[window.firstWeight + tap] }
          sum.clamp(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
          target[3 * x] = sum.x
          target[3 * x + 1] = sum.y
          target[3 * x + 2] = sum.z
        }
      }
    }
  }

  private func add(_ row: UnsafeMutableBufferPointer<Float>, times weight: Float, to sum: inout [Float]) {
    sum.withUnsafeMutableBufferPointer { sum in
      for i in 0..<sum.count { sum[i] += weight * row[i] }
    }
  }
}
