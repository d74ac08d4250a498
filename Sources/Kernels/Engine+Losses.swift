package import KernelTypes
internal import Synchronization

// What losses need of a layer's features. Features come in strips of rows, always cut in the same way, so that sums are taken in
// the same order whatever the number of threads.
extension Engine {
  /// Adds F F^T over some rows to `sum`, `[channels][channels]` in double precision: entries on the diagonal and right of it.
  ///
  /// - Parameters:
  ///   - rows: from the first of a tile.
  ///   - weights: of the pixels; nil for ones.
  package func addGramProducts(
    of features: FeatureMap, rows: Range<Int>, weights: PixelWeights? = nil, to sum: inout [Double]
  ) {
    let channels = features.channelGroups * 16
    let stride = (channels + 31) / 32 * 32
    let rowsPerTile = TileSize.forward.outputs
    let tileRows = (rows.count + rowsPerTile - 1) / rowsPerTile
    let parts = max(1, min(16, tileRows, rows.count * features.width / 4096))
    let partials = sharedScratch(parts * channels * stride)
    let blocks = GramBlock.blocks(groups: features.channelGroups)
    let kernels = kernels
    parallel(.gram, tasks: parts) { part, _ in
      (partials.pointer + part * channels * stride).update(repeating: 0, count: channels * stride)
    }
    parallel(.gram, tasks: parts * blocks.count) { task, _ in
      let (part, block) = (task / blocks.count, blocks[task % blocks.count])
      let first = rows.lowerBound + tileRows * part / parts * rowsPerTile
      let end = min(rows.upperBound, rows.lowerBound + tileRows * (part + 1) / parts * rowsPerTile)
      kernels.gram(features, weights, block, first..<end, partials.pointer + part * channels * stride)
    }
    sum.withUnsafeMutableBufferPointer { sum in
      nonisolated(unsafe) let sum = sum.baseAddress!  // each task adds to rows of its own
      parallel(.gram, tasks: features.channelGroups) { group, _ in
        for row in group * 16..<group * 16 + 16 {
          for part in 0..<parts {
            let partial = partials.pointer + (part * channels + row) * stride
            for column in row..<channels { sum[row &* channels &+ column] += Double(partial[column]) }
          }
        }
      }
    }
  }

  /// The sum of squared differences of a Gram matrix G and its target T, `[channels][channels]`; writes (G - T) `factor` to
  /// `matrix`.
  ///
  /// - Parameters:
  ///   - products: G without `scale`: what `addGramProducts` gave.
  ///   - scale: of G.
  package func compareGrams(
    _ products: [Double], scale: Double, target: UnsafeBufferPointer<Float>, factor: Float,
    into matrix: StyleGradientMatrix,
    channels: Int
  ) -> Double {
    precondition(products.count == channels * channels && target.count == channels * channels && channels % 16 == 0)
    let partials = Mutex([Double](repeating: 0, count: channels / 16))
    products.withUnsafeBufferPointer { products in
      nonisolated(unsafe) let (products, target) = (products.baseAddress!, target.baseAddress!)
      parallel(.gram, tasks: channels / 16) { group, _ in  // each writes columns of its own
        var sum = SIMD16<Double>(repeating: 0)
        for row in 0..<channels {
          var gram = SIMD16<Double>()
          for lane in 0..<16 {
            let column = group &* 16 &+ lane
            gram[lane] = products[min(row, column) &* channels &+ max(row, column)]
          }
          let start = UnsafeRawPointer(target + (row &* channels &+ group &* 16))
          let difference = SIMD16<Float>(gram * scale) - start.loadUnaligned(as: SIMD16<Float>.self)
          let wide = SIMD16<Double>(difference)
          sum += wide * wide
          matrix.store(difference * factor, row: row, group: group)
        }
        let total = sum.sum()
        partials.withLock { $0[group] = total }
      }
    }
    return partials.withLock { $0.reduce(0, +) }
  }

  /// Adds the sum of each channel over some rows, and the sum of its squares, to `sums`: `[2][channels]`.
  ///
  /// - Parameter weights: of the pixels; nil for ones.
  package func addChannelSums(
    of features: FeatureMap, rows: Range<Int>, weights: PixelWeights? = nil, to sums: inout [Double]
  ) {
    let channels = features.channelGroups * 16
    precondition(sums.count == 2 * channels)
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums.baseAddress!  // each task adds to channels of its own
      parallel(.gram, tasks: features.channelGroups) { group, _ in
        var sum = SIMD16<Double>(repeating: 0)
        var squares = SIMD16<Double>(repeating: 0)
        for row in rows {
          let start = UnsafeRawPointer(features.row(row, group: group))
          let weights = weights?.row(row)
          for pixel in 0..<features.width {
            let feature = SIMD16<Double>(start.loadUnaligned(fromByteOffset: pixel &* 64, as: SIMD16<Float>.self))
            let weighted = weights.map { feature * Double($0[pixel]) } ?? feature
            sum += weighted
            squares += weighted * feature
          }
        }
        for lane in 0..<16 {
          sums[group &* 16 &+ lane] += sum[lane]
          sums[channels &+ group &* 16 &+ lane] += squares[lane]
        }
      }
    }
  }

  /// The sum of squared differences over some rows; of squares, where there is nothing to differ from.
  ///
  /// - Parameter weights: of the pixels; nil for ones.
  package func squaredDistance(
    _ a: FeatureMap, _ b: FeatureView?, rows: Range<Int>, weights: PixelWeights? = nil
  ) -> Double {
    sum(over: a, b, rows: rows, weights: weights) { difference in
      let wide = SIMD16<Double>(difference)
      return wide * wide
    }
  }

  /// The sum of absolute differences over some rows.
  package func absoluteDistance(
    _ a: FeatureMap, _ b: FeatureView, rows: Range<Int>, weights: PixelWeights? = nil
  ) -> Double {
    sum(over: a, b, rows: rows, weights: weights) { difference in
      let wide = SIMD16<Double>(difference)
      return wide.replacing(with: -wide, where: wide .< 0)
    }
  }

  /// How many features of some rows differ.
  package func differingFeatures(
    _ a: FeatureMap, _ b: FeatureView, rows: Range<Int>, weights: PixelWeights? = nil
  ) -> Double {
    sum(over: a, b, rows: rows, weights: weights) { difference in
      SIMD16<Double>(repeating: 0).replacing(with: 1, where: SIMD16<Double>(difference) .!= 0)
    }
  }

  /// The sum of what `term` makes of differences, each times its pixel's weight.
  @inline(__always)
  private func sum(
    over a: FeatureMap, _ b: FeatureView?, rows: Range<Int>, weights: PixelWeights?,
    _ term: @Sendable (SIMD16<Float>) -> SIMD16<Double>
  ) -> Double {
    let count = a.rowStride
    let partials = Mutex([Double](repeating: 0, count: a.channelGroups))
    parallel(.other, tasks: a.channelGroups) { group, _ in
      var sum = SIMD16<Double>(repeating: 0)
      for row in rows {
        let x = UnsafeRawPointer(a.row(row, group: group))
        let y = b.map { UnsafeRawPointer($0.row(row, group: group)) }
        let weights = weights?.row(row)
        for offset in Swift.stride(from: 0, to: count * 4, by: 64) {
          var difference = x.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
          if let y { difference -= y.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self) }
          let value = term(difference)
          sum += weights.map { value * Double($0[offset / 64]) } ?? value
        }
      }
      let total = sum.sum()
      partials.withLock { $0[group] = total }
    }
    return partials.withLock { $0.reduce(0, +) }
  }

  /// Writes rows of the gradient of a layer's own losses with respect to its features, and of the pooling after it.
  ///
  /// A matrix, a difference and the pooling are taken together, each further one on its own.
  ///
  /// - Parameter pooling: what comes through it is added, if there is any; `large` is not looked at.
  package func lossGradient(
    of sources: [LossGradientSource], features: FeatureMap, dFeatures: FeatureMap, pooling: PoolingArguments? = nil,
    rows: Range<Int>
  ) {
    let passes = sources.passes(features: features, dFeatures: dFeatures, pooling: pooling)
    let pairs = (features.channelGroups + 1) / 2
    let scratch = threadScratch(pairs * LossGradientArguments.chunk * 32)
    let kernels = kernels
    parallel(.gram, tasks: rows.count) { row, thread in
      for pass in passes { kernels.lossGradient(pass, rows.lowerBound + row, scratch[thread].pointer) }
    }
  }
}
