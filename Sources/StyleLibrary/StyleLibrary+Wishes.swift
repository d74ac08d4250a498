package import Jobs

extension StyleLibrary {
  /// Renames or removes a style, as somebody asks for.
  ///
  /// - Returns: what to tell.
  /// - Throws: in words: what is wrong with a name, and what `rename` and `remove` throw.
  package func carryOut(_ wish: Wish) throws -> String {
    switch wish.action {
    case .renameStyle:
      try rename(StyleName(known: wish.name), to: StyleName(asked: wish.newName ?? ""))
      return "\(wish.name) is now called \(wish.newName ?? "")"
    case .removeStyle:
      try remove(StyleName(known: wish.name))
      return "\(wish.name) is forgotten"
    case .hold, .release, .retry, .cancel, .priority:
      throw StyleLibraryError("\(wish.action.rawValue) is nothing that can be done with a style")
    }
  }
}

/// A name that somebody wants to give, and that can be none.
package struct StyleNameRefused: Error, CustomStringConvertible {
  let text: String

  package var description: String {
    "\"\(text)\" cannot be a style's name, which has no dots, slashes or control characters; "
      + "how about \"\(StyleName(sanitising: text))\"?"
  }
}

extension StyleName {
  /// A name that somebody wants to give.
  ///
  /// - Throws: a `StyleNameRefused` for what can be none.
  package init(asked text: String) throws {
    guard let name = StyleName(text) else { throw StyleNameRefused(text: text) }
    self = name
  }

  /// The name of a style that is there. What can be no name is looked for all the same, and not found in words.
  package init(known text: String) { self = StyleName(text) ?? StyleName(sanitising: text) }
}
