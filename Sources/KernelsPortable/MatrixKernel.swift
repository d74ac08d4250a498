internal import KernelTypes

/// What a register holds. A group's sixteen channels are so many of them as `parts` has.
#if KERNELS_AVX512
  typealias Vector = SIMD16<Float>
  typealias MaskWords = SIMD16<UInt32>
  typealias Signs = SIMD16<Int32>
#elseif KERNELS_AVX2
  typealias Vector = SIMD8<Float>
  typealias MaskWords = SIMD8<UInt32>
  typealias Signs = SIMD8<Int32>
#else
  typealias Vector = SIMD4<Float>
  typealias MaskWords = SIMD4<UInt32>
  typealias Signs = SIMD4<Int32>
#endif

@inline(__always) var lanes: Int { Vector.scalarCount }

/// Where in a group's channels the vectors begin.
@inline(__always) var parts: StrideTo<Int> { stride(from: 0, to: 16, by: lanes) }

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Vector {
  UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@inline(__always)
func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// Accumulators of a small matrix product that stay in registers: some rows of two vectors.
///
/// The number of rows is a type, `Row<Row<Row<NoRows>>>` for three, so that every accumulator is a variable of its own:
/// the compiler keeps those in registers, which it doesn't do for the elements of an array.
protocol Rows {
  init()
  /// Adds `a[row * rowStride] * b[...]` to every row.
  mutating func multiply(_ a: UnsafePointer<Float>, rowStride: Int, _ b0: Vector, _ b1: Vector)
  /// Rows are 32 floats apart in memory.
  func store(_ c: UnsafeMutablePointer<Float>)
  func add(to c: UnsafeMutablePointer<Float>, rowStride: Int)
}

struct NoRows: Rows {
  @inline(__always) init() {}
  @inline(__always) mutating func multiply(_ a: UnsafePointer<Float>, rowStride: Int, _ b0: Vector, _ b1: Vector) {}
  @inline(__always) func store(_ c: UnsafeMutablePointer<Float>) {}
  @inline(__always) func add(to c: UnsafeMutablePointer<Float>, rowStride: Int) {}
}

struct Row<Rest: Rows>: Rows {
  var c0 = Vector(repeating: 0)
  var c1 = Vector(repeating: 0)
  var rest = Rest()

  @inline(__always) init() {}

  @inline(__always)
  mutating func multiply(_ a: UnsafePointer<Float>, rowStride: Int, _ b0: Vector, _ b1: Vector) {
    let x = Vector(repeating: a[0])
    #if KERNELS_PORTABLE && !arch(arm64)
      c0 += x * b0  // without FMA instructions addProduct is a library call for each lane
      c1 += x * b1
    #else
      c0.addProduct(x, b0)
      c1.addProduct(x, b1)
    #endif
    rest.multiply(a + rowStride, rowStride: rowStride, b0, b1)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Float>) {
    KernelVariant.store(c0, c)
    KernelVariant.store(c1, c + lanes)
    rest.store(c + 32)
  }

  @inline(__always)
  func add(to c: UnsafeMutablePointer<Float>, rowStride: Int) {
    KernelVariant.store(load(c) + c0, c)
    KernelVariant.store(load(c + lanes) + c1, c + lanes)
    rest.add(to: c + rowStride, rowStride: rowStride)
  }
}

/// `store` as seen from inside types that have a method of that name.
enum KernelVariant {
  @inline(__always)
  static func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
  }

  @inline(__always)
  static func store(_ bits: MaskWords, _ words: UnsafeMutablePointer<UInt32>) {
    UnsafeMutableRawPointer(words).storeBytes(of: bits, as: MaskWords.self)
  }

  #if KERNELS_AVX512
    static let name = "AVX-512"
    /// 12 rows of two vectors: 24 of the 32 registers. (arm64 has as many.)
    static let maximumRows = 12
  #elseif KERNELS_AVX2
    static let name = "AVX2"
    /// 6 rows of two vectors: 12 of the 16 registers.
    static let maximumRows = 6
  #else
    static let name = "portable"
    #if arch(arm64)
      static let maximumRows = 12
    #else
      static let maximumRows = 6
    #endif
  #endif
}

typealias Rows2<Rest: Rows> = Row<Row<Rest>>
typealias Rows4<Rest: Rows> = Rows2<Rows2<Rest>>
typealias Rows8<Rest: Rows> = Rows4<Rows4<Rest>>

/// The loop over the summed dimension of a product, for any number of rows.
protocol MatrixLoop {
  /// - Parameter column: the first of the 32 columns that this pass computes; it computes two vectors of them.
  func run<R: Rows>(_ rows: R.Type, column: Int)
}

extension MatrixLoop {
  /// Runs the loop with `count` rows, 1 to `KernelVariant.maximumRows`, over all 32 columns.
  func run(rows count: Int) {
    var column = 0
    while column < 32 {
      switch count {
      #if KERNELS_AVX512 || arch(arm64)
        case 12: run(Rows8<Rows4<NoRows>>.self, column: column)
        case 11: run(Rows8<Rows2<Row<NoRows>>>.self, column: column)
        case 10: run(Rows8<Rows2<NoRows>>.self, column: column)
        case 9: run(Rows8<Row<NoRows>>.self, column: column)
        case 8: run(Rows8<NoRows>.self, column: column)
        case 7: run(Rows4<Rows2<Row<NoRows>>>.self, column: column)
      #endif
      case 6: run(Rows4<Rows2<NoRows>>.self, column: column)
      case 5: run(Rows4<Row<NoRows>>.self, column: column)
      case 4: run(Rows4<NoRows>.self, column: column)
      case 3: run(Rows2<Row<NoRows>>.self, column: column)
      case 2: run(Rows2<NoRows>.self, column: column)
      default: run(Row<NoRows>.self, column: column)
      }
      column += 2 * lanes
    }
  }
}

/// `c[row][32] = sum over groups and their 16 channels of a[group][row][16] * b[group * 16 + channel][32]`.
struct GroupedProduct: MatrixLoop {
  var a: UnsafePointer<Float>
  var aGroupStride: Int
  var groups: Int
  var b: UnsafePointer<Float>
  var c: UnsafeMutablePointer<Float>
  /// Sums of so many groups are added up: the rounding of one sum grows with its length.
  var groupsPerSum = Int.max

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    let first = min(groups, groupsPerSum)
    sums(rows, 0..<first, column).store(c + column)
    for group in stride(from: first, to: groups, by: groupsPerSum) {
      sums(rows, group..<min(groups, group + groupsPerSum), column).add(to: c + column, rowStride: 32)
    }
  }

  @inline(__always)
  private func sums<R: Rows>(_: R.Type, _ groups: Range<Int>, _ column: Int) -> R {
    var sums = R()
    var a = a + groups.lowerBound * aGroupStride
    var b = b + (groups.lowerBound * 16 * 32 + column)
    // One loop over groups and their channels: between two nested ones the sums would go through memory.
    for channel in 0..<groups.count * 16 {
      sums.multiply(a, rowStride: 16, load(b), load(b + lanes))
      a += channel & 15 == 15 ? aGroupStride - 15 : 1
      b += 32
    }
    return sums
  }

  /// Splits `count` rows evenly into passes of at most `maximumRows`.
  @inline(__always)
  static func forEachPass(of count: Int, _ body: (_ first: Int, _ rows: Int) -> Void) {
    let passes = (count + KernelVariant.maximumRows - 1) / KernelVariant.maximumRows
    var first = 0
    for pass in 0..<passes {
      let rows = (count - first) / (passes - pass)
      body(first, rows)
      first += rows
    }
  }
}
