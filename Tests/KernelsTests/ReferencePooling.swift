import KernelTypes

/// 2x2 pooling with stride 2, as its definition says; a last odd row or column is dropped.
enum ReferencePooling {
  static func forward(_ kind: PoolingKind, _ large: Features) -> Features {
    var small = Features(large.channels, Shape(large.height / 2, large.width / 2))
    forEachWindow(of: large) { channel, y, x, window in
      let values = window.map { large[channel, $0.y, $0.x] }
      small[channel, y, x] = pooled(kind, values)
    }
    return small
  }

  private static func pooled(_ kind: PoolingKind, _ values: [Double]) -> Double {
    switch kind {
    case .average: values.reduce(0, +) / 4
    case .max: values.max()!
    case .l2: (values.reduce(0) { $0 + $1 * $1 } / 4 + Double(PoolingKind.l2Floor)).squareRoot()
    }
  }

  /// Of equal values the first, in reading order, gets the gradient.
  static func gradient(_ kind: PoolingKind, _ large: Features, _ dSmall: Features) -> Features {
    var dLarge = Features(large.channels, Shape(large.height, large.width))
    forEachWindow(of: large) { channel, y, x, window in
      let values = window.map { large[channel, $0.y, $0.x] }
      let first = window[values.firstIndex(of: values.max()!)!]
      for (place, value) in zip(window, values) where kind != .max || place == first {
        let share =
          switch kind {
          case .average: 0.25
          case .max: 1.0
          case .l2: value / 4 / pooled(kind, values)
          }
        dLarge[channel, place.y, place.x] = dSmall[channel, y, x] * share
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
