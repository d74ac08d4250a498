internal import KernelTypes

/// What a register holds in double precision.
#if KERNELS_AVX512
  private typealias Doubles = SIMD8<Double>
#elseif KERNELS_AVX2
  private typealias Doubles = SIMD4<Double>
#else
  private typealias Doubles = SIMD2<Double>
#endif

@inline(__always)
private func load(_ pointer: UnsafePointer<Double>) -> Doubles {
  UnsafeRawPointer(pointer).loadUnaligned(as: Doubles.self)
}

/// Accumulators that stay in registers, as those of `Rows`, in double precision.
private protocol PanelRows {
  static var count: Int { get }
  init()
  /// Adds `a[row] * b[...]` to every row.
  mutating func multiply(_ a: UnsafePointer<Double>, _ b0: Doubles, _ b1: Doubles)
  /// Rows are 16 doubles apart in memory.
  func store(_ c: UnsafeMutablePointer<Double>)
}

private struct NoPanelRows: PanelRows {
  static var count: Int { 0 }
  @inline(__always) init() {}
  @inline(__always) mutating func multiply(_ a: UnsafePointer<Double>, _ b0: Doubles, _ b1: Doubles) {}
  @inline(__always) func store(_ c: UnsafeMutablePointer<Double>) {}
}

private struct PanelRow<Rest: PanelRows>: PanelRows {
  private var c0 = Doubles(repeating: 0)
  private var c1 = Doubles(repeating: 0)
  private var rest = Rest()

  @inline(__always) static var count: Int { 1 + Rest.count }
  @inline(__always) init() {}

  @inline(__always)
  mutating func multiply(_ a: UnsafePointer<Double>, _ b0: Doubles, _ b1: Doubles) {
    let x = Doubles(repeating: a[0])
    #if KERNELS_PORTABLE && !arch(arm64)
      c0 += x * b0  // without FMA instructions addProduct is a library call for each lane
      c1 += x * b1
    #else
      c0.addProduct(x, b0)
      c1.addProduct(x, b1)
    #endif
    rest.multiply(a + 1, b0, b1)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(c).storeBytes(of: c0, as: Doubles.self)
    UnsafeMutableRawPointer(c + Doubles.scalarCount).storeBytes(of: c1, as: Doubles.self)
    rest.store(c + 16)
  }
}

private typealias PanelRows4<Rest: PanelRows> = PanelRow<PanelRow<PanelRow<PanelRow<Rest>>>>

#if KERNELS_AVX512
  /// 16 of the 32 registers.
  private typealias AllPanelRows = PanelRows4<PanelRows4<NoPanelRows>>
#else
  /// 8 of the 16 registers.
  private typealias AllPanelRows = PanelRows4<NoPanelRows>
#endif

/// `c[row][column] = sum over k of a[k][row] * b[k][column]`, of panels `[size][16]`; `c` is `[16][16]`.
@Sendable
func panelProduct(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, size: Int, _ c: UnsafeMutablePointer<Double>
) {
  for row in stride(from: 0, to: 16, by: AllPanelRows.count) {
    for column in stride(from: 0, to: 16, by: 2 * Doubles.scalarCount) {
      columns(a + row, b + column, size: size, c + (row * 16 + column))
    }
  }
}

@inline(never)
private func columns(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, size: Int, _ c: UnsafeMutablePointer<Double>
) {
  var sums = AllPanelRows()
  for k in 0..<size {
    sums.multiply(a + k * 16, load(b + k * 16), load(b + (k * 16 + Doubles.scalarCount)))
  }
  sums.store(c)
}
