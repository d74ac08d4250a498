import Testing

/// Numbers of a picture, `[channels][height][width]`, in double precision: what the slow versions compute with.
struct Features {
  let channels: Int
  let height: Int
  let width: Int
  var values: [Double]

  init(_ channels: Int, _ shape: Shape, values: [Double]? = nil) {
    self.channels = channels
    (height, width) = (shape.height, shape.width)
    self.values = values ?? [Double](repeating: 0, count: channels * shape.height * shape.width)
  }

  /// Uniform in -1...1, and exactly representable in single precision.
  init(_ channels: Int, _ shape: Shape, random: inout Random) {
    self.init(channels, shape)
    for index in values.indices { values[index] = Double(random.uniform()) }
  }

  /// From the kernels' layout, `[channels / 16][height][width][16]`.
  init(_ channels: Int, _ shape: Shape, grouped: [Float]) {
    self.init(channels, shape)
    for index in grouped.indices { values[planarIndex(ofGrouped: index)] = Double(grouped[index]) }
  }

  /// In the kernels' layout.
  var grouped: [Float] { values.indices.map { Float(values[planarIndex(ofGrouped: $0)]) } }

  subscript(channel: Int, y: Int, x: Int) -> Double {
    get { values[(channel * height + y) * width + x] }
    set { values[(channel * height + y) * width + x] = newValue }
  }

  private func planarIndex(ofGrouped index: Int) -> Int {
    let pixels = height * width
    let channel = index / 16 / pixels * 16 + index % 16
    return channel * pixels + index / 16 % pixels
  }

  /// With zeros where the mask, `[channels / 16][height][width]` with a bit per channel, says so.
  func masked(by mask: [UInt16]) -> Features {
    let pixels = height * width
    var result = self
    for index in values.indices {
      let (channel, pixel) = (index / pixels, index % pixels)
      if mask[channel / 16 * pixels + pixel] >> (channel % 16) & 1 == 0 { result.values[index] = 0 }
    }
    return result
  }

  /// The mask that a ReLU leaves: which values are positive.
  var positive: [UInt16] {
    let pixels = height * width
    var mask = [UInt16](repeating: 0, count: channels / 16 * pixels)
    for (index, value) in values.enumerated() where value > 0 {
      let (channel, pixel) = (index / pixels, index % pixels)
      mask[channel / 16 * pixels + pixel] |= 1 << (channel % 16)
    }
    return mask
  }

  /// After a ReLU.
  var rectified: Features { Features(channels, Shape(height, width), values: values.map { max(0, $0) }) }

  static func + (a: Features, b: Features) -> Features {
    Features(a.channels, Shape(a.height, a.width), values: zip(a.values, b.values).map { $0 + $1 })
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Root mean square of the differences, relative to that of the expected values. NaN, where a value was never written,
/// passes no comparison.
func relativeError(_ found: [Double], _ expected: [Double]) -> Double {
  precondition(found.count == expected.count)
  let difference = zip(found, expected).map { $0 - $1 }
  let size = dot(expected, expected)
  return (dot(difference, difference) / (size > 0 ? size : 1)).squareRoot()
}

/// The largest relative errors that the kernels had in these tests on three instruction sets, times three.
enum Tolerance {
  /// Winograd's F(6x6, 3x3), up to 80 channels and up to 512.
  static let winograd = 1.4e-5
  static let wideWinograd = 2.2e-5
  /// Winograd's F(8x8, 3x3).
  static let winogradGradient = 8.8e-5
  static let firstLayer = 3e-7
  static let firstLayerGradient = 2e-6
  static let averagePooling = 1.3e-7
  static let l2Pooling = 3e-7
  static let gramMatrix = 1e-6
  static let lossGradient = 4e-7
  /// Of inner products, relative to the product of the vectors' norms, where errors cancel out.
  static let winogradAdjoint = 4.2e-6
  static let firstLayerAdjoint = 9e-8
}

/// A picture's height and width.
struct Shape: CustomTestStringConvertible {
  var height: Int
  var width: Int

  init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  var pixels: Int { height * width }
  var testDescription: String { "\(height)x\(width)" }

  /// Around a tile's 6x6 or 8x8 and a vector register's passes: the smallest, those that don't divide evenly, and some of
  /// whole tiles, where a tile's inputs end right beyond the edge.
  static let odd = [
    Shape(1, 1), Shape(1, 29), Shape(29, 1), Shape(3, 5), Shape(6, 6), Shape(7, 7), Shape(8, 8), Shape(9, 15),
    Shape(17, 23), Shape(40, 13), Shape(18, 24), Shape(24, 32),
  ]
}

/// Channels in and out of a convolution.
struct Channels: CustomTestStringConvertible {
  var input: Int
  var output: Int

  init(_ input: Int, _ output: Int) { (self.input, self.output) = (input, output) }

  var testDescription: String { "\(input) to \(output) channels" }

  /// Every count in and out: whole pairs of groups and a group left over.
  static let pairs = [
    Channels(16, 16), Channels(16, 32), Channels(32, 48), Channels(48, 80), Channels(64, 64), Channels(80, 16),
    Channels(80, 48),
  ]
}

/// SplitMix64 (Steele, Lea & Flood, 2014).
struct Random {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// In -1...1.
  mutating func uniform() -> Float { Float(Int32(truncatingIfNeeded: next() >> 32)) * 0x1p-31 }

  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in uniform() } }

  mutating func mask(_ count: Int) -> [UInt16] { (0..<count).map { _ in UInt16(truncatingIfNeeded: next()) } }
}

/// An output before the kernel has written to it.
func unwritten(_ count: Int) -> [Float] { [Float](repeating: .nan, count: count) }
