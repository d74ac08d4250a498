import Painter
import StyleTransfer
import TestSupport
import Testing

/// `content_detail`.
struct DetailMaskTests {
  private static let (width, height) = (160, 80)

  /// A chessboard of single pixels on the left, grey on the right.
  private static let half = PlanarPicture(
    width: width, height: height,
    values: (0..<3 * width * height).map { index in
      let (x, y) = (index % (width * height) % width, index % (width * height) / width)
      return x < width / 2 ? Float((x + y) % 2 * 255) : 128
    })

  private func mean(_ mask: PixelMask, _ columns: Range<Int>) -> Float {
    let values = (0..<Self.height).flatMap { y in columns.map { mask.values[y * Self.width + $0] } }
    return values.reduce(0, +) / Float(values.count)
  }

  @Test(arguments: [0.25, 0.7, 1]) func whatIsEmptyCountsLess(share: Double) {
    let mask = PixelMask(detailOf: Self.half, share: share)
    #expect(mean(mask, 0..<60) > 0.99)
    #expect(abs(mean(mask, 100..<160) - Float(1 - share)) < 1e-5)
    #expect(mask.values.allSatisfy { 0...1 ~= $0 })
  }

  @Test func withoutAShareOrDetailAllCountsAlike() {
    #expect(PixelMask(detailOf: Self.half, share: 0).values.allSatisfy { $0 == 1 })
    let grey = PlanarPicture(width: 20, height: 10, values: [Float](repeating: 99, count: 600))
    #expect(PixelMask(detailOf: grey, share: 1).values.allSatisfy { $0 == 1 })
  }
}
