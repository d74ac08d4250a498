internal import Files

/// Something in the inbox that belongs to no job, and why.
package struct Leftover: Hashable, Sendable {
  package var name: String
  package var reason: String

  package init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

extension Leftover {
  /// - Parameter folder: the folder that it lies in; it goes where that goes.
  init(_ entry: InboxEntry, in folder: FileName? = nil, of presetFolder: PresetFolder? = nil) {
    name = (presetFolder.map { "\($0.name)/" } ?? "") + (folder.map { "\($0)/" } ?? "") + entry.name.description
    if case .refused(let reason) = entry.kind {
      self.reason = reason
    } else {
      reason = entry.problem ?? Self.reason(entry.name, inFolder: folder != nil)
    }
  }

  private static func reason(_ name: FileName, inFolder: Bool) -> String {
    if case .input(let role, _, _) = FileRole(name), inFolder { return "the job has no use for a \(role) picture" }
    if FileRole.isPicture(name), inFolder {
      return "no settings file names it; call it content or style, or name it in a settings.yaml of the folder"
    }
    if FileRole.isPicture(name) {
      return
        "no settings file names it; call it NAME.content or NAME.style, or write `content:` or `style:` into a NAME.yaml"
    }
    if let meant = SettingsName.meant(by: name, inFolder: inFolder) { return "it " + SettingsName.hint(meant) }
    if let reason = SettingsName.whyNot(name) { return reason }
    let trimmed = SettingsName.trimmed(name.description)
    if FileRole.isPicture(FileName(trimmed)) { return "its name ends with a space or a dot; call it \(trimmed)" }
    if inFolder, SettingsName.job(of: name) != nil {
      return "not the settings of this folder, which are called settings.yaml"
    }
    return "neither a picture (\(FileRole.pictureEndings)) nor a settings file (.yaml, .yml, .json)"
  }
}

extension SettingsName {
  /// For people.
  static func hint(_ meant: String) -> String { "looks like a settings file; call it \(meant)" }
}
