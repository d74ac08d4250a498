/// What a viewer of a GIF shows: each frame replaces only what changed.
struct IndexedCanvas {
  /// A rectangle of new indices; pixels in it that stay as they were are transparent.
  struct Change: Equatable {
    var left: Int
    var top: Int
    var width: Int
    var height: Int
    /// height x width.
    var indices: [UInt8]
  }

  private let width: Int
  private let height: Int
  /// Nothing is shown before the first frame.
  private var shown: [UInt8]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    shown = [UInt8](repeating: UInt8(GIFWriter.transparentIndex), count: width * height)
  }

  /// Shows `next` (H x W) and gives the smallest change that leads there; a single transparent pixel when none does.
  mutating func replace(with next: [UInt8]) -> Change {
    defer { shown = next }
    var (left, top, right, bottom) = (width, height, 0, 0)
    for y in 0..<height {
      for x in 0..<width where next[y * width + x] != shown[y * width + x] {
        (left, right) = (min(left, x), max(right, x + 1))
        (top, bottom) = (min(top, y), y + 1)
      }
    }
    guard left < right else {
      return Change(left: 0, top: 0, width: 1, height: 1, indices: [UInt8(GIFWriter.transparentIndex)])
    }
    var indices: [UInt8] = []
    indices.reserveCapacity((right - left) * (bottom - top))
    for y in top..<bottom {
      for i in y * width + left..<y * width + right {
        indices.append(next[i] == shown[i] ? UInt8(GIFWriter.transparentIndex) : next[i])
      }
    }
    return Change(left: left, top: top, width: right - left, height: bottom - top, indices: indices)
  }
}
