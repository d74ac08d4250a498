extension Settings {
  private typealias Key = CodingKeys

  /// What is good of colours and files by itself, but not with the rest.
  func checkOutput(_ reader: inout SettingsReader) {
    if preserveColours == .matchBefore, !task.usesStyle, let written = reader.value(Key.preserveColours) {
      reader.refuse(written, Key.preserveColours, allowed: "none, luminance or match_after, where there is no painting")
    }
    if colourMask != nil, let trouble = colourMaskTrouble, let written = reader.value(Key.colourMask) {
      reader.note(
        "found \(written.content.inWords), and \(trouble), or leave this key out", Key.colourMask.rawValue,
        at: written.place)
    }
    if outputDepth == 16, output != .png, let written = reader.value(Key.outputDepth) {
      reader.refuse(written, Key.outputDepth, allowed: "8 for output: \(output.rawValue); 16 needs output: png")
    }
    if background == .keep, output == .jpeg, task.usesContent,
      let (key, written) = reader.first(of: Key.background, Key.output)
    {
      let allowed =
        key == .background
        ? "white with output: jpeg, which has no transparency; or set output: png or webp"
        : "png or webp with background: keep, for JPEG has no transparency"
      reader.refuse(written, key, allowed: allowed)
    }
    if outputProfile == .same, !task.usesContent, let written = reader.value(Key.outputProfile) {
      reader.refuse(
        written, Key.outputProfile,
        allowed: "srgb, display-p3 or adobe-rgb, for task \(task.rawValue), which has no photo")
    }
    if gif == nil, animation != .gif, let written = reader.value(Key.animation) {
      reader.note(
        "found \(written.content.inWords), but gif: false leaves the animation out; leave this key out",
        Key.animation.rawValue, at: written.place)
    }
  }

  /// Why there is nothing that a color mask could say, and what to do; nil where there is.
  package var colourMaskTrouble: String? {
    let advice = "set preserve_colors: luminance or match_after"
    switch preserveColours {
    case .luminance, .matchAfter: return nil
    case .none: return "preserve_colors: none preserves the photo's colours nowhere; \(advice)"
    case .matchBefore:
      return """
        preserve_colors: match_before gives the whole painting the photo's colours before anything is painted; \(advice)
        """
    }
  }
}
