internal import Dispatch
package import KernelTypes
internal import Synchronization

/// Runs the kernels on some threads. One at a time: it owns the scratch memory that they share.
///
/// Activations have 16 channels innermost, `[channels / 16][height][width][16]`. Results don't depend on the number of threads.
package final class Engine {
  package let threads: Int
  package let instructionSet: InstructionSet
  private let kernels: KernelTable
  private var shared = FloatBuffer(count: 0)
  private var perThread: [FloatBuffer] = []

  package init(threads: Int = UsableProcessors.count, instructionSet: InstructionSet = .best) {
    self.threads = max(1, threads)
    self.instructionSet = instructionSet
    kernels = instructionSet.kernels
  }

  /// A 3x3 convolution with bias and ReLU.
  package func convolve(
    _ weights: ConvolutionWeights, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, height: Int,
    width: Int,
    mask: UnsafeMutablePointer<UInt16>? = nil
  ) {
    winograd(
      weights.forward, inChannels: weights.inChannels, outChannels: weights.outChannels, height: height, width: width,
      input: input, output: output, epilogue: .biasReLU(bias: weights.bias.pointer, mask: mask))
  }

  /// The gradient with respect to a convolution's input, which is the gradient with respect to the layer before it: added to what
  /// `dInput` holds if `accumulate`, and zero where that layer's ReLU was off, as `mask` says.
  package func convolveGradient(
    _ weights: ConvolutionWeights, dOutput: UnsafePointer<Float>, dInput: UnsafeMutablePointer<Float>, height: Int,
    width: Int,
    mask: UnsafePointer<UInt16>? = nil, accumulate: Bool = false
  ) {
    winograd(
      weights.backward, inChannels: weights.outChannels, outChannels: weights.inChannels, height: height, width: width,
      input: dOutput, output: dInput, epilogue: .gradient(mask: mask, accumulate: accumulate))
  }

  /// Transformed inputs of a group of tiles stay within this many bytes, so that they fit the last-level cache.
  private static let groupBytes = 8 << 20

  private func winograd(
    _ weights: [UInt32], inChannels: Int, outChannels: Int, height: Int, width: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, epilogue: WinogradArguments.Epilogue
  ) {
    let tiles = WinogradArguments.tilesAcross(height) * WinogradArguments.tilesAcross(width)
    let largest = max(48, Self.groupBytes / (inChannels * WinogradArguments.positions * 4))
    let groups = (tiles + largest - 1) / largest
    let tileCapacity = 48
    let weightFloats = WinogradArguments.positions * WinogradArguments.stride(floats: inChannels * 32)
    let productFloats = WinogradArguments.positions * WinogradArguments.stride(floats: tileCapacity * 32)
    reserve(perThread: weightFloats + productFloats)
    let roomForTiles = (tiles + groups - 1) / groups + kernels.maximumRows
    reserve(shared: WinogradArguments.positions * WinogradArguments.stride(floats: inChannels * roomForTiles))
    let scratch = perThread.map {
      WinogradScratch(weights: $0.pointer, products: $0.pointer + weightFloats, tileCapacity: tileCapacity)
    }
    weights.withUnsafeBufferPointer { weights in
      var arguments = WinogradArguments(
        height: height, width: width, inBlocks: inChannels / 16, outBlocks: outChannels / 16, firstTile: 0,
        tileCount: 0, tilesPerPass: 1,
        input: input, transformedInput: shared.pointer, weights: weights.baseAddress!, output: output,
        epilogue: epilogue)
      for group in 0..<groups {
        arguments.firstTile = tiles * group / groups
        arguments.tileCount = tiles * (group + 1) / groups - arguments.firstTile
        let passes = (arguments.tileCount + kernels.maximumRows - 1) / kernels.maximumRows
        arguments.tilesPerPass = (arguments.tileCount + passes - 1) / passes
        multiply(arguments, scratch)
      }
    }
  }

  private func multiply(_ arguments: WinogradArguments, _ scratch: [WinogradScratch]) {
    let kernels = kernels
    parallel(tasks: arguments.inBlocks) { block, _ in kernels.transformInput(arguments, block..<block + 1) }
    let pairs = (arguments.outBlocks + 1) / 2
    let passes = arguments.passes
    let parts = min((2 * threads + pairs - 1) / pairs, (passes + 3) / 4)
    parallel(tasks: pairs * parts) { task, thread in
      let (pair, part) = (task / parts, task % parts)
      kernels.convolve(arguments, pair, passes * part / parts..<passes * (part + 1) / parts, scratch[thread])
    }
  }

  /// The first convolution. `planes` are `[3][height + 2][paddedWidth]` with a border of zeros; see `FirstLayerArguments`.
  package func firstLayer(
    _ weights: FirstLayerWeights, planes: UnsafePointer<Float>, paddedWidth: Int, output: UnsafeMutablePointer<Float>,
    height: Int, width: Int, mask: UnsafeMutablePointer<UInt16>? = nil
  ) {
    let arguments = FirstLayerArguments(
      height: height, width: width, outBlocks: weights.outChannels / 16, planes: planes, paddedWidth: paddedWidth,
      weights: weights.forward.pointer, bias: weights.bias.pointer, output: output, mask: mask)
    let kernels = kernels
    parallel(tasks: height) { row, _ in kernels.firstLayer(arguments, row..<row + 1) }
  }

  /// The gradient with respect to the three planes: `[3][height][width]`.
  package func firstLayerGradient(
    _ weights: FirstLayerWeights, dOutput: UnsafePointer<Float>, dPlanes: UnsafeMutablePointer<Float>, height: Int,
    width: Int
  ) {
    let rowsPerTask = 16
    reserve(perThread: (rowsPerTask + 2) * width * 32)
    let kernels = kernels
    let arguments = perThread.map {
      FirstLayerGradientArguments(
        height: height, width: width, outBlocks: weights.outChannels / 16, dOutput: dOutput,
        weights: weights.backward.pointer,
        dPlanes: dPlanes, scratch: $0.pointer)
    }
    parallel(tasks: (height + rowsPerTask - 1) / rowsPerTask) { task, thread in
      let rows = task * rowsPerTask..<min(height, (task + 1) * rowsPerTask)
      kernels.firstLayerGradient(arguments[thread], rows)
    }
  }

  package func pool(_ arguments: PoolingArguments, channels: Int) {
    let kernels = kernels
    parallel(tasks: channels / 16) { block, _ in kernels.pool(arguments, block) }
  }

  package func poolGradient(_ arguments: PoolingArguments, channels: Int) {
    let kernels = kernels
    parallel(tasks: channels / 16) { block, _ in kernels.poolGradient(arguments, block) }
  }

  /// F F^T / (channels * pixels), as in the lesson: `[channels][channels]`, symmetric.
  package func gramMatrix(features: UnsafePointer<Float>, channels: Int, pixels: Int) -> [Float] {
    let arguments = GramArguments(features: features, blocks: channels / 16, pixels: pixels)
    let stride = (channels + 31) / 32 * 32
    // As many parts as the picture's size says, whatever the number of threads: sums are taken in the same order.
    let parts = min(16, (pixels + 1023) / 1024)
    reserve(shared: parts * channels * stride)
    let partials = UncheckedPointer(shared.pointer)
    let kernels = kernels
    parallel(tasks: parts) { part, _ in
      let partial = partials.pointer + part * channels * stride
      partial.update(repeating: 0, count: channels * stride)
      kernels.gram(arguments, pixels * part / parts..<pixels * (part + 1) / parts, partial)
    }
    let scale = 1 / (Double(channels) * Double(pixels))
    return [Float](unsafeUninitializedCapacity: channels * channels) { matrix, count in
      for row in 0..<channels {
        for column in row..<channels {
          var sum = 0.0
          for part in 0..<parts { sum += Double(partials.pointer[(part &* channels &+ row) &* stride &+ column]) }
          let value = Float(sum * scale)
          matrix[row &* channels &+ column] = value
          matrix[column &* channels &+ row] = value
        }
      }
      count = channels * channels
    }
  }

  /// The sum of squared differences.
  package func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    let perTask = 1 << 16
    let tasks = (count + perTask - 1) / perTask
    let (a, b) = (UncheckedPointer(.init(mutating: a)), UncheckedPointer(.init(mutating: b)))
    let partials = Mutex([Double](repeating: 0, count: tasks))
    parallel(tasks: tasks) { task, _ in
      var sum = SIMD8<Double>(repeating: 0)
      let end = min(count, (task + 1) * perTask)
      for index in Swift.stride(from: task * perTask, to: end - end % 8, by: 8) {
        let x = UnsafeRawPointer(a.pointer + index).loadUnaligned(as: SIMD8<Float>.self)
        let y = UnsafeRawPointer(b.pointer + index).loadUnaligned(as: SIMD8<Float>.self)
        let difference = SIMD8<Double>(x - y)
        sum += difference * difference
      }
      var total = sum.sum()
      for index in end - end % 8..<end {
        let difference = Double(a.pointer[index] - b.pointer[index])
        total += difference * difference
      }
      partials.withLock { $0[task] = total }
    }
    return partials.withLock { $0.reduce(0, +) }
  }

  /// Writes the gradient of a layer's own losses over its features: `S^T F + contentFactor * (F - content)`, zero where the ReLU
  /// is off.
  ///
  /// - Parameter style: S, `[channels][channels]`.
  package func lossGradient(
    features: UnsafeMutablePointer<Float>, channels: Int, pixels: Int, style: [Float]?, content: UnsafePointer<Float>?,
    contentFactor: Float
  ) {
    let blocks = channels / 16
    let pairs = (blocks + 1) / 2
    reserve(shared: pairs * channels * 32)
    reserve(perThread: pairs * LossGradientArguments.chunk * 32)
    if let style {
      for pair in 0..<pairs {
        for row in 0..<channels {
          for lane in 0..<32 {
            let column = pair &* 32 &+ lane
            shared.pointer[(pair &* channels &+ row) &* 32 &+ lane] =
              column < channels ? style[row &* channels &+ column] : 0
          }
        }
      }
    }
    let arguments = LossGradientArguments(
      features: features, blocks: blocks, pixels: pixels, style: style == nil ? nil : UnsafePointer(shared.pointer),
      content: content, contentFactor: contentFactor)
    let scratch = perThread.map { UncheckedPointer($0.pointer) }
    let kernels = kernels
    let perTask = 8 * LossGradientArguments.chunk
    parallel(tasks: (pixels + perTask - 1) / perTask) { task, thread in
      kernels.lossGradient(arguments, task * perTask..<min(pixels, (task + 1) * perTask), scratch[thread].pointer)
    }
  }

  /// Floating-point operations per second of the matrix kernel alone, on all threads.
  package func measuredPeak() -> Double {
    reserve(perThread: 64 * 1024)
    let scratch = perThread.map { UncheckedPointer($0.pointer) }
    let kernels = kernels
    let operations = Mutex(0.0)
    let time = ContinuousClock().measure {
      parallel(tasks: threads) { _, thread in
        let done = kernels.peakLoop(400_000, scratch[thread].pointer)
        operations.withLock { $0 += done }
      }
    }
    return operations.withLock { $0 } / (time / .seconds(1))
  }

  /// Runs `body(task, thread)` for every task, each on whichever thread is free.
  package func parallel(tasks: Int, _ body: @Sendable (_ task: Int, _ thread: Int) -> Void) {
    let next = Atomic(0)
    let count = min(threads, tasks)
    if count <= 1 {
      for task in 0..<tasks { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      DispatchQueue.concurrentPerform(iterations: count) { thread in
        while true {
          let task = next.add(1, ordering: .relaxed).oldValue
          if task >= tasks { return }
          body(task, thread)
        }
      }
    }
  }

  private func reserve(shared count: Int) {
    if shared.count < count { shared = FloatBuffer(count: count) }
  }

  private func reserve(perThread count: Int) {
    if perThread.isEmpty || perThread[0].count < count {
      perThread = (0..<threads).map { _ in FloatBuffer(count: count) }
    }
  }
}

/// A pointer that several threads use on disjoint parts.
struct UncheckedPointer: @unchecked Sendable {  // each use says which part belongs to which thread
  let pointer: UnsafeMutablePointer<Float>
  init(_ pointer: UnsafeMutablePointer<Float>) { self.pointer = pointer }
}
