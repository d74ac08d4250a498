/// Turns the frames of an animation into palette indices, one after another, without flicker.
///
/// Error diffusion (Floyd and Steinberg, 1976) with inertia: a pixel keeps the index that it had in the frame before
/// unless another palette colour is clearly better now. Plain error diffusion is chaotic: one changed pixel reshuffles
/// all that follow it. With inertia the wanted change gets through and the rest stays, which also makes the file smaller.
struct Ditherer {
  /// How much nearer (sRGB levels) another colour must be, as the leg of a right triangle: squares are compared.
  private static let inertia: Int32 = 10
  /// 7/8 of a pixel's error goes on to its neighbours, in their shares of 16: all of it makes flat areas restless.
  private static let numerator: Int32 = 7
  private static let shift: Int32 = 7
  private static let half = SIMD4<Int32>(repeating: 1 << (shift - 1))

  let palette: Palette
  private let colours: [SIMD4<Int32>]
  /// Palette index by 6 bits of red, green and blue; -1 where not asked yet.
  private var nearest = [Int16](repeating: -1, count: 64 * 64 * 64)
  /// H x W; empty before the first frame.
  private var previous: [UInt8] = []

  init(palette: Palette) {
    self.palette = palette
    colours = palette.colours.map { SIMD4(Int32($0.x), Int32($0.y), Int32($0.z), 0) }
  }

  /// H x W indices of the next frame, which has the same size as the one before.
  mutating func indices(of frame: RGBImage) -> [UInt8] {
    var indices = [UInt8](repeating: 0, count: frame.width * frame.height)
    // Sixteenths of the error that each pixel of this row and the next gets, with one pixel of margin on either side.
    var errors = [SIMD4<Int32>](repeating: .zero, count: frame.width + 2)
    for y in 0..<frame.height {
      var errorsBelow = [SIMD4<Int32>](repeating: .zero, count: frame.width + 2)
      for x in 0..<frame.width {
        let pixel = y * frame.width + x
        let passedOn = (errors[x + 1] &* Self.numerator &+ Self.half) &>> Self.shift
        let wanted = clamped(colour(of: frame, at: pixel) &+ passedOn)
        let index = index(for: wanted, at: pixel)
        let error = wanted &- colours[index]
        errors[x + 2] &+= error &* 7
        errorsBelow[x] &+= error &* 3
        errorsBelow[x + 1] &+= error &* 5
        errorsBelow[x + 2] &+= error
        indices[pixel] = UInt8(index)
      }
      errors = errorsBelow
    }
    previous = indices
    return indices
  }

  private func colour(of frame: RGBImage, at pixel: Int) -> SIMD4<Int32> {
    SIMD4(
      Int32(frame.pixels[3 * pixel]), Int32(frame.pixels[3 * pixel + 1]), Int32(frame.pixels[3 * pixel + 2]), 0)
  }

  private func clamped(_ colour: SIMD4<Int32>) -> SIMD4<Int32> {
    colour.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
  }

  private mutating func index(for wanted: SIMD4<Int32>, at pixel: Int) -> Int {
    let best = nearestIndex(to: wanted)
    guard !previous.isEmpty else { return best }
    let kept = Int(previous[pixel])
    let advantage = squaredDistance(wanted, colours[kept]) - squaredDistance(wanted, colours[best])
    return advantage <= Self.inertia * Self.inertia ? kept : best
  }

  private func squaredDistance(_ a: SIMD4<Int32>, _ b: SIMD4<Int32>) -> Int32 {
    let difference = a &- b
    return (difference &* difference).wrappedSum()
  }

  private mutating func nearestIndex(to colour: SIMD4<Int32>) -> Int {
    let bin = Int(colour.x >> 2) << 12 | Int(colour.y >> 2) << 6 | Int(colour.z >> 2)
    if nearest[bin] >= 0 { return Int(nearest[bin]) }
    let binStart = SIMD3(Float(colour.x & ~3), Float(colour.y & ~3), Float(colour.z & ~3))
    let index = palette.nearest(to: binStart + 1.5)
    nearest[bin] = Int16(index)
    return index
  }
}
