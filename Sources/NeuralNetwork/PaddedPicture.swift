internal import Kernels

/// A picture as the first convolution reads it: red, green and blue planes with the means subtracted, and a border of zeros.
struct PaddedPicture {
  let height: Int
  let width: Int
  private let memory: FloatBuffer

  var planes: UnsafePointer<Float> { UnsafePointer(memory.pointer) }
  var paddedWidth: Int { width + 2 }

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    memory = FloatBuffer(count: Self.count(height: height, width: width))
  }

  static func count(height: Int, width: Int) -> Int { 3 * (height + 2) * (width + 2) }

  /// - Parameter picture: 0...255, `[3][height][width]`.
  func fill(from picture: UnsafePointer<Float>) {
    for plane in 0..<3 {
      let mean = NetworkWeights.means[plane]
      for y in 0..<height {
        let target = memory.pointer + (plane * (height + 2) + y + 1) * paddedWidth + 1
        let source = picture + (plane * height + y) * width
        for x in 0..<width { target[x] = Float(Double(source[x]) - mean) }
      }
    }
  }
}
