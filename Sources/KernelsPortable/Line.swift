/// Vectors along one direction of a tile, by name, so that they live in registers.
protocol Line {
  static var count: Int { get }
  init(from pointer: UnsafePointer<Float>, stride: Int)
  /// From the first to the last, written out: a loop would need them in memory.
  func forEach(_ body: (_ vector: Vector, _ index: Int) -> Void)
}

extension Line {
  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    forEach { vector, index in KernelVariant.store(vector, pointer + index * stride) }
  }
}

/// Three taps of a kernel.
struct Three {
  var v0, v1, v2: Vector
}

struct Six: Line {
  var v0, v1, v2, v3, v4, v5: Vector

  static var count: Int { 6 }

  @inline(__always)
  func forEach(_ body: (_ vector: Vector, _ index: Int) -> Void) {
    body(v0, 0)
    body(v1, 1)
    body(v2, 2)
    body(v3, 3)
    body(v4, 4)
    body(v5, 5)
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

struct Eight: Line {
  var v0, v1, v2, v3, v4, v5, v6, v7: Vector

  static var count: Int { 8 }

  @inline(__always)
  func forEach(_ body: (_ vector: Vector, _ index: Int) -> Void) {
    body(v0, 0)
    body(v1, 1)
    body(v2, 2)
    body(v3, 3)
    body(v4, 4)
    body(v5, 5)
    body(v6, 6)
    body(v7, 7)
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
  func forEach(_ body: (_ vector: Vector, _ index: Int) -> Void) {
    body(v0, 0)
    body(v1, 1)
    body(v2, 2)
    body(v3, 3)
    body(v4, 4)
    body(v5, 5)
    body(v6, 6)
    body(v7, 7)
    body(v8, 8)
    body(v9, 9)
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
