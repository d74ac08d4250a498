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

/// The matrix S of a style loss, in the order in which the kernel reads it.
package struct StyleFactors {
  let panels: FloatBuffer

  /// - Parameter matrix: `[channels][channels]`.
  package init(_ matrix: [Float], channels: Int) {
    let pairs = (channels + 31) / 32
    panels = FloatBuffer(count: pairs * channels * 32)
    for pair in 0..<pairs {
      for row in 0..<channels {
        for lane in 0..<32 {
          let column = pair &* 32 &+ lane
          panels.pointer[(pair &* channels &+ row) &* 32 &+ lane] =
            column < channels ? matrix[row &* channels &+ column] : 0
        }
      }
    }
  }

  package var pointer: UnsafePointer<Float> { UnsafePointer(panels.pointer) }
}
