import Files
import Jobs
import StyleLibrary

/// Keeps the paintings that were painted in as styles, and counts their uses. Trouble with that is said on standard error and
/// is no reason to fail a picture that is painted.
struct StyleMemory {
  var library: StyleLibrary
  /// Whether pictures that are no remembered style yet become one.
  var remembersNew: Bool

  /// - Parameter paintings: those that were painted in, and so have proved good.
  func note(_ paintings: [InputFile]) {
    for painting in paintings {
      if let use = painting.style, use.isNamed || remembersNew { note(use, painting.path) }
    }
  }

  private func note(_ use: StyleUse, _ file: Path) {
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
