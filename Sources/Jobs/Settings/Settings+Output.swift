extension Settings {
  private typealias Key = CodingKeys

  /// What is good of colours and files by itself, but not with the rest.
  func checkOutput(_ reader: inout SettingsReader) {
    if preserveColours == .matchBefore, !task.usesStyle, let written = reader.value(Key.preserveColours) {
      reader.refuse(written, Key.preserveColours, allowed: "none, luminance or match_after, where there is no painting")
    }
    if outputDepth == 16, output != .png, let written = reader.value(Key.outputDepth) {
      reader.refuse(written, Key.outputDepth, allowed: "8 for output: \(output.rawValue); 16 needs output: png")
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
}
