/// How large a file and a picture may be before it is refused. Both are checked before the memory is allocated.
package struct ImageLimits: Equatable, Sendable {
  package var maximumBytes: Int
  package var maximumPixels: Int
  /// A progressive JPEG has about ten scans; a hostile one has thousands, each costing a pass over the picture.
  package var maximumScans: Int

  package init(
    maximumBytes: Int = 256 * 1024 * 1024,
    maximumPixels: Int = 100_000_000,
    maximumScans: Int = 100
  ) {
    self.maximumBytes = maximumBytes
    self.maximumPixels = maximumPixels
    self.maximumScans = maximumScans
  }
}
