internal import KernelTypes

/// `c[row][32] = sum over 27 taps of a[tap's offset + row] * b[tap][32]`: rows are neighbouring pixels.
private struct TapProduct: MatrixLoop {
  var a: UnsafePointer<Float>
  var planeStride: Int
  var rowStride: Int
  var b: UnsafePointer<Float>
  var c: UnsafeMutablePointer<Float>
  /// 3; a variable for the same reason as `BlockedProduct.channelsPerBlock`.
  var extent = 3

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    var sums = R()
    var b = b + column
    for plane in 0..<extent {
      for y in 0..<extent {
        let a = a + (plane * planeStride + y * rowStride)
        for x in 0..<extent {
          sums.multiply(a + x, rowStride: 1, load(b), load(b + 16))
          b += 32
        }
      }
    }
    sums.store(c + column)
  }
}

@Sendable
func firstLayer(_ arguments: FirstLayerArguments, rows: Range<Int>) {
  let (height, width) = (arguments.height, arguments.width)
  withUnsafeTemporaryAllocation(byteCount: KernelVariant.maximumRows * 128, alignment: 64) { memory in
    let sums = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    for y in rows {
      for pair in 0..<(arguments.outBlocks + 1) / 2 {
        BlockedProduct.forEachPass(of: width) { x, count in
          TapProduct(
            a: arguments.planes + y * arguments.paddedWidth + x, planeStride: (height + 2) * arguments.paddedWidth,
            rowStride: arguments.paddedWidth, b: arguments.weights + pair * 27 * 32, c: sums
          ).run(rows: count)
          for block in pair * 2..<min(pair * 2 + 2, arguments.outBlocks) {
            let plane = block * height * width
            let epilogue = BiasReLU(
              output: arguments.output + plane * 16, mask: arguments.mask.map { $0 + plane },
              bias: load(arguments.bias + block * 16))
            for pixel in 0..<count {
              epilogue.store(load(sums + pixel * 32 + (block - pair * 2) * 16), at: y * width + x + pixel)
            }
          }
        }
      }
    }
  }
}

/// Each output pixel first gives what it adds to the 27 inputs around it; each input then gathers its share from 9 pixels.
@Sendable
func firstLayerGradient(_ arguments: FirstLayerGradientArguments, rows: Range<Int>) {
  let (height, width) = (arguments.height, arguments.width)
  let firstRow = max(0, rows.lowerBound - 1)
  let shares = arguments.scratch  // [row - firstRow][width][32]
  for y in firstRow..<min(height, rows.upperBound + 1) {
    BlockedProduct.forEachPass(of: width) { x, count in
      BlockedProduct(
        a: arguments.dOutput + (y * width + x) * 16, aBlockStride: height * width * 16, blocks: arguments.outBlocks,
        b: arguments.weights, c: shares + ((y - firstRow) * width + x) * 32
      ).run(rows: count)
    }
  }
  for plane in 0..<3 {
    for y in rows {
      for x in 0..<width {
        var sum: Float = 0
        for tapY in 0..<3 {
          let outputY = y + 1 - tapY
          if outputY < 0 || outputY >= height { continue }
          for tapX in 0..<3 {
            let outputX = x + 1 - tapX
            if outputX < 0 || outputX >= width { continue }
            sum += shares[((outputY - firstRow) * width + outputX) * 32 + plane * 9 + tapY * 3 + tapX]
          }
        }
        arguments.dPlanes[(plane * height + y) * width + x] = sum
      }
    }
  }
}
