import Files
import Jobs
import StyleLibrary

/// Keeps the paintings that were painted in as styles, and counts their uses. Trouble with that is said on standard error and
/// is no reason to fail a picture that is painted.
struct StyleMemory {
  var library: StyleLibrary
  /// Whether pictures that are no remembered style yet become one.
  var remembersNew: Bool

  /// - Parameters:
  ///   - use: nil where no style took part.
  ///   - file: the picture that was painted in, which has proved good.
  func note(_ use: StyleUse?, _ file: Path?) {
    guard let use, let file, use.isNamed || remembersNew else { return }
    do {
      if use.isNamed {
        try library.countUse(of: file)
      } else {
        try library.add(file, as: StyleName(sanitising: use.name), isUse: true)
      }
    } catch {
      StandardError.print("the style \(use.name) is not remembered or its use not counted: \(error)")
    }
  }
}
