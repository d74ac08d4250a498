/// Which of some candidates is most like the features of each pixel: the one whose product with them, and its offset added, is largest.
package struct NearestArguments: @unchecked Sendable {  // only read; threads write disjoint rows
  package var features: FeatureView
  /// `[panels][channels][32]`.
  package var candidates: UnsafePointer<Float>
  /// `[panels * 32]`; minus infinity for a candidate that isn't there.
  package var offsets: UnsafePointer<Float>
  package var panels: Int
  /// `[height][width]`; written.
  package var nearest: UnsafeMutablePointer<Int32>

  package init(
    features: FeatureView, candidates: UnsafePointer<Float>, offsets: UnsafePointer<Float>, panels: Int,
    nearest: UnsafeMutablePointer<Int32>
  ) {
    self.features = features
    self.candidates = candidates
    self.offsets = offsets
    self.panels = panels
    self.nearest = nearest
  }

  /// Pixels of a row that are worked on at a time.
  package static let chunk = 96
  /// Products of a chunk with a panel, and the largest of each pixel so far.
  package static let scratchFloats = chunk * 33
}
