package import KernelTypes
internal import Synchronization

// Matching of channels' values by their order.
extension Engine {
  /// Bytes that `matchHistograms` needs for a while for a layer of so many pixels.
  package static func histogramBytes(pixels: Int, threads: Int) -> Int { 16 * pixels * threads }

  /// Replaces each feature by what has its place in the target's order: the mean of the channel's quantile function over the pixel's
  /// share, where pixels are in the order of their values and have shares by their weights.
  ///
  /// - Parameters:
  ///   - features: of all rows, none negative; written.
  ///   - quantiles: of the target, `[channels][count]`, from the least value to the largest.
  ///   - weights: of the pixels; nil for ones.
  ///   - total: the sum of the weights.
  /// - Returns: the sum over channels of squared distances, the integral over all shares of (value - quantile function)²; and of it
  ///   what (value - mean)² makes up.
  package func matchHistograms(
    of features: FeatureMap, to quantiles: UnsafeBufferPointer<Float>, weights: PixelWeights?, total: Double
  ) -> (distance: Double, toMeans: Double) {
    let count = quantiles.count / (features.channelGroups * 16)
    let partials = Mutex([(distance: Double, toMeans: Double)](repeating: (0, 0), count: features.channelGroups))
    let pixels = features.height * features.width
    let scratch = threadScratch(4 * pixels)
    nonisolated(unsafe) let targets = quantiles.baseAddress!  // only read
    parallel(.gram, tasks: features.channelGroups) { group, thread in
      var order = PixelOrder(pixels: pixels, scratch: scratch[thread].pointer)
      var target = QuantileFunction(count: count)
      var sum = (distance: 0.0, toMeans: 0.0)
      for lane in 0..<16 {
        let channel = features.row(0, group: group) + lane
        target.read(targets + (group &* 16 &+ lane) &* count)
        order.sort(channel)
        var (end, before) = (0.0, target.integrals(upTo: 0))
        for place in 0..<pixels {
          let pixel = order.pixel(place)
          let value = Double(channel[pixel &* 16])
          let share = (weights.map { Double($0.pointer[pixel]) } ?? 1) / total
          end += share
          let after = target.integrals(upTo: end)
          if share > 0 {
            let matched = (after.first - before.first) / share
            let spread = after.second - before.second - share * matched * matched
            let toMean = share * (value - matched) * (value - matched)
            sum = (sum.distance + toMean + max(0, spread), sum.toMeans + toMean)
            channel[pixel &* 16] = Float(matched)
          }
          before = after
        }
      }
      let groupSum = sum
      partials.withLock { $0[group] = groupSum }
    }
    return partials.withLock { $0.reduce((0, 0)) { ($0.0 + $1.distance, $0.1 + $1.toMeans) } }
  }

  /// Quantiles of each channel, `[channels][count]`, at equal distances from the least value to the largest.
  ///
  /// - Parameters:
  ///   - features: of all rows, none negative.
  ///   - weights: of the pixels; nil for ones.
  ///   - total: the sum of the weights, more than zero.
  package func quantiles(
    of features: FeatureMap, count: Int, weights: PixelWeights?, total: Double
  ) -> [Float] {
    let pixels = features.height * features.width
    let scratch = threadScratch(4 * pixels)
    var quantiles = [Float](repeating: 0, count: features.channelGroups * 16 * count)
    quantiles.withUnsafeMutableBufferPointer { quantiles in
      nonisolated(unsafe) let results = quantiles.baseAddress!  // each task has its own channels
      parallel(.gram, tasks: features.channelGroups) { group, thread in
        var order = PixelOrder(pixels: pixels, scratch: scratch[thread].pointer)
        for lane in 0..<16 {
          let channel = features.row(0, group: group) + lane
          order.sort(channel)
          let found = results + (group &* 16 &+ lane) &* count
          var (next, before, last) = (0, 0.0, Float(0))
          for place in 0..<pixels {
            let pixel = order.pixel(place)
            let weight = weights.map { Double($0.pointer[pixel]) } ?? 1
            if weight == 0 { continue }
            (before, last) = (before + weight, channel[pixel &* 16])
            while next < count - 1, Double(next) / Double(count - 1) * total < before {
              found[next] = last
              next += 1
            }
          }
          for rest in next..<count { found[rest] = last }
        }
      }
    }
    return quantiles
  }
}

/// Linear between quantiles at equal distances.
private struct QuantileFunction {
  private let count: Int
  private var values: [Double]
  /// Of the function and its square, from 0 to each quantile's place.
  private var sums: [(first: Double, second: Double)]

  init(count: Int) {
    self.count = count
    values = [Double](repeating: 0, count: count)
    sums = [(Double, Double)](repeating: (0, 0), count: count)
  }

  mutating func read(_ quantiles: UnsafePointer<Float>) {
    for index in 0..<count { values[index] = Double(quantiles[index]) }
    for index in 1..<count { sums[index] = integrals(from: index - 1, 1) }
  }

  /// Of the function and its square, from 0 to `share` of 1.
  @inline(__always)
  func integrals(upTo share: Double) -> (first: Double, second: Double) {
    let position = min(max(share, 0), 1) * Double(count - 1)
    let index = min(Int(position), count - 2)
    return integrals(from: index, position - Double(index))
  }

  /// - Parameter part: of the way from a quantile to the next.
  @inline(__always)
  private func integrals(from index: Int, _ part: Double) -> (first: Double, second: Double) {
    let (start, rise) = (values[index], values[index + 1] - values[index])
    let width = part / Double(count - 1)
    let climbed = rise * part
    return (
      sums[index].first + width * (start + climbed / 2),
      sums[index].second + width * (start * start + start * climbed + climbed * climbed / 3)
    )
  }
}

/// The pixels of a channel in the order of their values, equal ones in that of the picture: sorted by three digits of 11 bits.
private struct PixelOrder {
  private let pixels: Int
  private var keys: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>)
  private var indices: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>)

  /// - Parameter scratch: four numbers a pixel.
  init(pixels: Int, scratch: UnsafeMutablePointer<Float>) {
    self.pixels = pixels
    let words = UnsafeMutableRawPointer(scratch).bindMemory(to: UInt32.self, capacity: 4 * pixels)
    keys = (words, words + pixels)
    indices = (words + 2 * pixels, words + 3 * pixels)
  }

  @inline(__always) func pixel(_ place: Int) -> Int { Int(indices.0[place]) }

  /// - Parameter channel: every 16th number, none negative: then their bits have their order.
  mutating func sort(_ channel: UnsafePointer<Float>) {
    for pixel in 0..<pixels {
      keys.0[pixel] = max(0, channel[pixel &* 16]).bitPattern & 0x7fff_ffff
      indices.0[pixel] = UInt32(truncatingIfNeeded: pixel)
    }
    for shift in [UInt32(0), 11, 22] { sort(byDigitAt: shift) }
  }

  private mutating func sort(byDigitAt shift: UInt32) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2049) { starts in
      starts.initialize(repeating: 0)
      for place in 0..<pixels { starts[Int(keys.0[place] >> shift & 2047) &+ 1] &+= 1 }
      for digit in 1...2048 { starts[digit] &+= starts[digit &- 1] }
      for place in 0..<pixels {
        let digit = Int(keys.0[place] >> shift & 2047)
        let target = Int(starts[digit])
        starts[digit] &+= 1
        keys.1[target] = keys.0[place]
        indices.1[target] = indices.0[place]
      }
    }
    (keys.0, keys.1) = (keys.1, keys.0)
    (indices.0, indices.1) = (indices.1, indices.0)
  }
}
