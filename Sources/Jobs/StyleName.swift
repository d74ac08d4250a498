package import Files

/// The name of a remembered style: safe as the name of a folder and, unlike a picture's, without a dot, so that
/// `style: auvers` in a settings file cannot mean anything else.
package struct StyleName: Hashable, Sendable, CustomStringConvertible {
  package let text: String
  package var description: String { text }

  /// Nil for what can be no such name: empty, with dots, separators or control characters, too long.
  package init?(_ text: String) {
    guard StyleName(sanitising: text).text.utf8.elementsEqual(text.utf8) else { return nil }
    self.text = text
  }

  /// Makes a name of any text, as `JobName` does.
  package init(sanitising stem: String) {
    // By scalars, as there.
    let scalars = stem.unicodeScalars.drop { $0 == " " }.map { $0 == "." ? "_" : $0 }
    text = scalars.isEmpty ? "style" : JobName(String(String.UnicodeScalarView(scalars))).text
  }

  /// The name for a dropped picture: `auvers` for `auvers.jpg` and `auvers.style.png`, `cat-2` for `cat.style2.jpg`, `otherwise`
  /// for `style.jpg`.
  package init(ofFile name: FileName, otherwise: String) {
    switch FileRole(name) {
    case .input(_, let stem, let number):
      self = Self(sanitising: stem.isEmpty ? otherwise : stem).numbered(number ?? 1)
    case .settings, .picture, .other: self.init(sanitising: name.stem)
    }
  }

  /// The name, or NAME-2, NAME-3 ... for the second, third ... style of it.
  package func numbered(_ number: Int) -> StyleName {
    guard number > 1 else { return self }
    let ending = "-\(number)"
    var stem = text.unicodeScalars
    while stem.reduce(ending.utf8.count, { $0 + UTF8.width($1) }) > JobName.longestBytes { stem.removeLast() }
    return StyleName(sanitising: String(stem) + ending)
  }
}

/// The style that a job is painted in, by its name in the library.
package struct StyleUse: Hashable, Codable, Sendable {
  package var name: String
  /// The settings name it, so it comes from the library. Otherwise it was dropped as a picture, and this is the name to
  /// remember it under.
  package var isNamed: Bool

  package init(_ name: StyleName, isNamed: Bool) {
    self.name = name.text
    self.isNamed = isNamed
  }
}
