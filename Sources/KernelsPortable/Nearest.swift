internal import KernelTypes

/// One row; see `NearestArguments`. Of candidates that are equally like, the first.
@Sendable
func nearest(_ arguments: NearestArguments, row y: Int, scratch: UnsafeMutablePointer<Float>) {
  let features = arguments.features
  let groups = features.channelGroups
  let chunk = NearestArguments.chunk
  let largest = scratch + chunk * 32
  for x in stride(from: 0, to: features.width, by: chunk) {
    let count = min(chunk, features.width - x)
    let nearest = arguments.nearest + (y * features.width + x)
    largest.update(repeating: -.infinity, count: count)
    for panel in 0..<arguments.panels {
      GroupedProduct.forEachPass(of: count) { first, rows in
        GroupedProduct(
          a: features.row(y, group: 0) + (x + first) * 16, aGroupStride: features.height * features.width * 16,
          groups: groups, b: arguments.candidates + panel * (groups * 16 * 32), c: scratch + first * 32
        ).run(rows: rows)
      }
      let offsets = arguments.offsets + panel * 32
      for pixel in 0..<count {
        for candidate in 0..<32 {
          let likeness = scratch[pixel &* 32 &+ candidate] + offsets[candidate]
          if likeness > largest[pixel] {
            largest[pixel] = likeness
            nearest[pixel] = Int32(truncatingIfNeeded: panel &* 32 &+ candidate)
          }
        }
      }
    }
  }
}
