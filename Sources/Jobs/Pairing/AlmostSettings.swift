internal import Files

/// A file that was probably meant to be a job's settings.
struct AlmostSettings {
  var file: InboxEntry
  /// How it should be called.
  var meant: String

  /// For people.
  var hint: String { "\(file.name) \(SettingsName.hint(meant))" }
}

extension AlmostSettings {
  /// Those that lie in the inbox itself, by their jobs' names in lower case: names that are not quite settings, and
  /// settings that no picture is called like unless in other letter case, which is the same to Windows and macOS.
  static func beside(_ sets: [JobSet], among entries: [InboxEntry]) -> [String: [AlmostSettings]] {
    var almost: [String: [AlmostSettings]] = [:]
    for entry in entries where entry.kind == .file && FileRole(entry.name) == .other {
      guard let meant = SettingsName.meant(by: entry.name, inFolder: false),
        let job = SettingsName.job(of: FileName(meant))
      else { continue }
      almost[job.lowercased(), default: []].append(AlmostSettings(file: entry, meant: meant))
    }
    let pictures = sets.filter { !$0.pictures.all.isEmpty }
    let names = Dictionary(pictures.map { ($0.stem.lowercased(), $0.stem) }) { first, _ in first }
    for set in sets where set.pictures.all.isEmpty {
      guard let name = names[set.stem.lowercased()], let file = set.settingsFiles.first else { continue }
      let meant = "\(name).\(SettingsName.split(file.name.description).ending ?? "yaml")"
      almost[name.lowercased(), default: []].append(AlmostSettings(file: file, meant: meant))
    }
    return almost
  }
}
