package import KernelTypes
internal import Synchronization

// What losses need of a layer's features. Features come in strips of rows, always cut in the same way, so that sums are taken in
// the same order whatever the number of threads.
extension Engine {
  /// Adds F F^T over some rows to `sum`, `[channels][channels]` in double precision: entries on the diagonal and right of it.
  ///
  /// - Parameter rows: from the first of a tile.
  package func addGramProducts(of features: FeatureMap, rows: Range<Int>, to sum: inout [Double]) {
    let channels = features.blocks * 16
    let stride = (channels + 31) / 32 * 32
    let rowsPerTile = TileSize.forward.outputs
    let tileRows = (rows.count + rowsPerTile - 1) / rowsPerTile
    let parts = max(1, min(16, tileRows, rows.count * features.width / 4096))
    let partials = sharedScratch(parts * channels * stride)
    let pairs = stride / 32
    let kernels = kernels
    parallel(.gram, tasks: parts) { part, _ in
      (partials.pointer + part * channels * stride).update(repeating: 0, count: channels * stride)
    }
    parallel(.gram, tasks: parts * pairs) { task, _ in
      let (part, pair) = (task / pairs, pairs - 1 - task % pairs)  // the longest of a part first
      let first = rows.lowerBound + tileRows * part / parts * rowsPerTile
      let end = min(rows.upperBound, rows.lowerBound + tileRows * (part + 1) / parts * rowsPerTile)
      kernels.gram(features, pair, first..<end, partials.pointer + part * channels * stride)
    }
    sum.withUnsafeMutableBufferPointer { sum in
      nonisolated(unsafe) let sum = sum.baseAddress!  // each task adds to rows of its own
      parallel(.gram, tasks: features.blocks) { block, _ in
        for row in block * 16..<block * 16 + 16 {
          for part in 0..<parts {
            let partial = partials.pointer + (part * channels + row) * stride
            for column in row..<channels { sum[row &* channels &+ column] += Double(partial[column]) }
          }
        }
      }
    }
  }

  /// The sum of squared differences of a Gram matrix G and its target T, `[channels][channels]`; writes (G - T) `factor` to
  /// `factors`.
  ///
  /// - Parameters:
  ///   - products: G without `scale`: what `addGramProducts` gave.
  ///   - scale: of G.
  package func compareGrams(
    _ products: [Double], scale: Double, target: [Float], factor: Float, into factors: StyleFactors, channels: Int
  ) -> Double {
    precondition(products.count == channels * channels && target.count == channels * channels && channels % 16 == 0)
    let partials = Mutex([Double](repeating: 0, count: channels / 16))
    products.withUnsafeBufferPointer { products in
      target.withUnsafeBufferPointer { target in
        nonisolated(unsafe) let (products, target) = (products.baseAddress!, target.baseAddress!)
        parallel(.gram, tasks: channels / 16) { block, _ in  // each writes columns of its own
          var sum = SIMD16<Double>(repeating: 0)
          for row in 0..<channels {
            var gram = SIMD16<Double>()
            for lane in 0..<16 {
              let column = block &* 16 &+ lane
              gram[lane] = products[min(row, column) &* channels &+ max(row, column)]
            }
            let start = UnsafeRawPointer(target + (row &* channels &+ block &* 16))
            let difference = SIMD16<Float>(gram * scale) - start.loadUnaligned(as: SIMD16<Float>.self)
            let wide = SIMD16<Double>(difference)
            sum += wide * wide
            factors.store(difference * factor, row: row, block: block)
          }
          let total = sum.sum()
          partials.withLock { $0[block] = total }
        }
      }
    }
    return partials.withLock { $0.reduce(0, +) }
  }

  /// The sum of squared differences over some rows; of squares, where there is nothing to differ from.
  package func squaredDistance(_ a: FeatureMap, _ b: FeatureMap?, rows: Range<Int>) -> Double {
    let count = a.rowStride
    let partials = Mutex([Double](repeating: 0, count: a.blocks))
    parallel(.other, tasks: a.blocks) { block, _ in
      var sum = SIMD16<Double>(repeating: 0)
      for row in rows {
        let x = UnsafeRawPointer(a.row(row, block: block))
        let y = b.map { UnsafeRawPointer($0.row(row, block: block)) }
        for offset in Swift.stride(from: 0, to: count * 4, by: 64) {
          var difference = x.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
          if let y { difference -= y.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self) }
          let wide = SIMD16<Double>(difference)
          sum += wide * wide
        }
      }
      let total = sum.sum()
      partials.withLock { $0[block] = total }
    }
    return partials.withLock { $0.reduce(0, +) }
  }

  /// Writes rows of the gradient of a layer's own losses, and of the pooling after it; see `LossGradientArguments`.
  package func lossGradient(_ arguments: LossGradientArguments, rows: Range<Int>) {
    let pairs = (arguments.features.blocks + 1) / 2
    let scratch = threadScratch(pairs * LossGradientArguments.chunk * 32)
    let kernels = kernels
    parallel(.gram, tasks: rows.count) { row, thread in
      kernels.lossGradient(arguments, rows.lowerBound + row, scratch[thread].pointer)
    }
  }
}

/// The matrix S of a style loss, in the order in which the kernel reads it. All zero at first.
package struct StyleFactors {
  private let channels: Int
  private let panels: FloatBuffer

  package init(channels: Int) {
    self.channels = channels
    panels = FloatBuffer(count: (channels + 31) / 32 * channels * 32)
  }

  /// A row's part in 16 columns.
  package func store(_ values: SIMD16<Float>, row: Int, block: Int) {
    let start = panels.pointer + ((block / 2 &* channels &+ row) &* 32 &+ block % 2 &* 16)
    UnsafeMutableRawPointer(start).storeBytes(of: values, as: SIMD16<Float>.self)
  }

  package var pointer: UnsafePointer<Float> { UnsafePointer(panels.pointer) }
}
