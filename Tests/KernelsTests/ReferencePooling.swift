import KernelTypes

/// 2x2 pooling with stride 2, as its definition says; a last odd row or column is dropped.
enum ReferencePooling {
  static func forward(_ kind: PoolingKind, _ large: Features) -> Features {
    var small = Features(large.channels, Shape(large.height / 2, large.width / 2))
    forEachWindow(of: large) { channel, y, x, window in
      let values = window.map { large[channel, $0.y, $0.x] }
      small[channel, y, x] = kind == .max ? values.max()! : values.reduce(0, +) / 4
    }
    return small
  }

  /// Of equal values the first, in reading order, gets the gradient.
  static func gradient(_ kind: PoolingKind, _ large: Features, _ dSmall: Features) -> Features {
    var dLarge = Features(large.channels, Shape(large.height, large.width))
    forEachWindow(of: large) { channel, y, x, window in
      let values = window.map { large[channel, $0.y, $0.x] }
      let first = window[values.firstIndex(of: values.max()!)!]
      for place in window where kind == .average || place == first {
        dLarge[channel, place.y, place.x] = dSmall[channel, y, x] / (kind == .average ? 4 : 1)
      }
    }
    return dLarge
  }

  private static func forEachWindow(
    of large: Features, _ body: (_ channel: Int, _ y: Int, _ x: Int, _ window: [(y: Int, x: Int)]) -> Void
  ) {
    for channel in 0..<large.channels {
      for y in 0..<large.height / 2 {
        for x in 0..<large.width / 2 {
          body(channel, y, x, [(2 * y, 2 * x), (2 * y, 2 * x + 1), (2 * y + 1, 2 * x), (2 * y + 1, 2 * x + 1)])
        }
      }
    }
  }
}
