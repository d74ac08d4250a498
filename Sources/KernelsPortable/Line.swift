/// Vectors along one direction of a tile, by name, so that they live in registers: elements of an array would not.
protocol Line {
  static var count: Int { get }
  init(from pointer: UnsafePointer<Float>, stride: Int)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int)
}

/// A row of a tile's outputs.
protocol OutputLine: Line {
  /// - Parameter output: of the first of the row.
  func store(through epilogue: some Epilogue, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState)
}

/// Three taps of a kernel.
struct Three {
  var v0, v1, v2: Vector
}

struct Two: OutputLine {
  var v0, v1: Vector

  static var count: Int { 2 }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
  }

  @inline(__always)
  func store(
    through epilogue: some Epilogue, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState
  ) {
    epilogue.store(v0, output, index: 0, &state)
    epilogue.store(v1, output + 16, index: 1, &state)
  }
}

extension Two {
  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    self.init(v0: load(pointer), v1: load(pointer + stride))
  }
}

struct Four: Line {
  var v0, v1, v2, v3: Vector

  static var count: Int { 4 }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
  }
}

extension Four {
  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    self.init(
      v0: load(pointer), v1: load(pointer + stride), v2: load(pointer + 2 * stride), v3: load(pointer + 3 * stride))
  }
}

struct Six: OutputLine {
  var v0, v1, v2, v3, v4, v5: Vector

  static var count: Int { 6 }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
    KernelVariant.store(v4, pointer + 4 * stride)
    KernelVariant.store(v5, pointer + 5 * stride)
  }

  @inline(__always)
  func store(
    through epilogue: some Epilogue, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState
  ) {
    epilogue.store(v0, output, index: 0, &state)
    epilogue.store(v1, output + 16, index: 1, &state)
    epilogue.store(v2, output + 32, index: 2, &state)
    epilogue.store(v3, output + 48, index: 3, &state)
    epilogue.store(v4, output + 64, index: 4, &state)
    epilogue.store(v5, output + 80, index: 5, &state)
  }
}

extension Six {
  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    self.init(
      v0: load(pointer), v1: load(pointer + stride), v2: load(pointer + 2 * stride),
      v3: load(pointer + 3 * stride), v4: load(pointer + 4 * stride), v5: load(pointer + 5 * stride))
  }
}

struct Eight: OutputLine {
  var v0, v1, v2, v3, v4, v5, v6, v7: Vector

  static var count: Int { 8 }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
    KernelVariant.store(v4, pointer + 4 * stride)
    KernelVariant.store(v5, pointer + 5 * stride)
    KernelVariant.store(v6, pointer + 6 * stride)
    KernelVariant.store(v7, pointer + 7 * stride)
  }

  @inline(__always)
  func store(
    through epilogue: some Epilogue, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState
  ) {
    epilogue.store(v0, output, index: 0, &state)
    epilogue.store(v1, output + 16, index: 1, &state)
    epilogue.store(v2, output + 32, index: 2, &state)
    epilogue.store(v3, output + 48, index: 3, &state)
    epilogue.store(v4, output + 64, index: 4, &state)
    epilogue.store(v5, output + 80, index: 5, &state)
    epilogue.store(v6, output + 96, index: 6, &state)
    epilogue.store(v7, output + 112, index: 7, &state)
  }
}

extension Eight {
  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    self.init(
      v0: load(pointer), v1: load(pointer + stride), v2: load(pointer + 2 * stride),
      v3: load(pointer + 3 * stride), v4: load(pointer + 4 * stride), v5: load(pointer + 5 * stride),
      v6: load(pointer + 6 * stride), v7: load(pointer + 7 * stride))
  }
}

struct Ten: Line {
  var v0, v1, v2, v3, v4, v5, v6, v7, v8, v9: Vector

  static var count: Int { 10 }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
    KernelVariant.store(v4, pointer + 4 * stride)
    KernelVariant.store(v5, pointer + 5 * stride)
    KernelVariant.store(v6, pointer + 6 * stride)
    KernelVariant.store(v7, pointer + 7 * stride)
    KernelVariant.store(v8, pointer + 8 * stride)
    KernelVariant.store(v9, pointer + 9 * stride)
  }
}

extension Ten {
  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    self.init(
      v0: load(pointer), v1: load(pointer + stride), v2: load(pointer + 2 * stride),
      v3: load(pointer + 3 * stride), v4: load(pointer + 4 * stride), v5: load(pointer + 5 * stride),
      v6: load(pointer + 6 * stride), v7: load(pointer + 7 * stride), v8: load(pointer + 8 * stride),
      v9: load(pointer + 9 * stride))
  }
}
