internal import Files

/// Looks at what settings give as the name of a picture, and says what is wrong with it.
struct PictureName {
  let value: SettingsDocument.Value
  let role: InputRole

  /// Nil where it can be the name of a file beside the settings file; of what kind is not looked at.
  var mistake: String? {
    guard let name = value.content.text, !name.isEmpty else {
      return value.content == .null ? " (write a name, or leave this key out)" : ""
    }
    if name.utf8.count > 255 { return ", which has \(name.utf8.count) bytes; a name has at most 255" }
    return characterMistake(name) ?? folderMistake(name) ?? severalMistake(name) ?? commentMistake(name)
      ?? endingMistake(name)
  }

  private func characterMistake(_ name: String) -> String? {
    if let control = name.unicodeScalars.first(where: { $0.properties.generalCategory == .control }) {
      return
        " with \(OddCharacter.name(control)), which a \\ in double quotes may have made; put the name in single quotes"
    }
    guard case .plain = value.content, let first = name.unicodeScalars.first, let last = name.unicodeScalars.last else {
      return nil
    }
    let unquoted = String(name.unicodeScalars.dropLast())
    if OddCharacter.isQuotationMark(last), OddCharacter.isQuotationMark(first) || isPicture(unquoted) {
      let odd = value.place.oddity(in: OddCharacter.isQuotationMark(first) ? String(first) : String(last))
      return odd.isEmpty ? ", which ends with \(last) and does not begin with it" : odd
    }
    let isSpace = { (scalar: Unicode.Scalar) in
      [.spaceSeparator, .format].contains(scalar.properties.generalCategory)
    }
    return isSpace(first) || isSpace(last) ? value.place.oddity(in: name) : nil
  }

  private func folderMistake(_ name: String) -> String? {
    if name.starts(with: /[A-Za-z][A-Za-z0-9+.-]+:\/\//), !name.hasPrefix("file:") {
      return ", an address on the web (download the picture, and write its name)"
    }
    // By bytes: to Swift a slash with an accent on it is another character, to the kernel it is a slash.
    if let end = name.utf8.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
      let last = String(Substring(name.utf8[name.utf8.index(after: end)...]))
      return last.isEmpty ? ", a path" : ", a path (put the picture beside the settings file, and write \(last))"
    }
    if name.utf8.first == UInt8(ascii: ".") || isPicture(name) && IgnoreRules.ignores(FileName(name)) {
      return ", a name that the inbox passes over (rename the picture)"
    }
    return nil
  }

  private func severalMistake(_ name: String) -> String? {
    if name.hasPrefix("*.") || name == "*" {
      return ", a pattern" + (role == .content ? " (photos: all takes each photo of a folder)" : "")
    }
    let names = name.split { $0 == "," || $0 == ";" }.map { String($0).trimmed }
    guard names.count > 1, names.allSatisfy(isPicture) else { return nil }
    return role == .content
      ? ", more than one name (a settings file each, or photos: all for a folder)"
      : ", more than one name (write a list: [\(names.joined(separator: ", "))])"
  }

  /// YAML leaves out what follows ` #`.
  private func commentMistake(_ name: String) -> String? {
    guard case .plain = value.content, !isPicture(name), let comment = value.place.comment(behind: name),
      isPicture(comment)
    else { return nil }
    return ", since what follows # is a comment (put the whole name in quotation marks: '\(name) \(comment)')"
  }

  private func endingMistake(_ name: String) -> String? {
    guard !isPicture(name), name.contains(/\.[A-Za-z][A-Za-z0-9]{1,4}$/) else { return nil }
    return ", which does not end like a picture"
  }

  private func isPicture(_ name: String) -> Bool { FileRole.isPicture(FileName(name)) }
}

extension SettingsDocument.Place {
  /// The comment on this line behind `text`, which begins here, without the space before its `#`.
  fileprivate func comment(behind text: String) -> String? {
    guard let rest, rest.hasPrefix(text) else { return nil }
    let comment = String(rest.dropFirst(text.count)).trimmed
    return comment.hasPrefix("#") ? comment : nil
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
