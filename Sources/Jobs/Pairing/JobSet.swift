internal import Files

/// The files in the inbox that belong to one job by their names.
struct JobSet {
  var stem: String
  /// Set when all lies in a folder that is called like a preset, and not in the inbox itself.
  var presetFolder: PresetFolder?
  /// Set when the files lie in a folder of their own.
  var folder: InboxEntry?
  /// The files were found in the folder's `inputs/`.
  var inner = false
  /// Set for one of several sets that share a folder.
  var photo: PhotoOfMany?
  /// The pictures that are called by their roles.
  var pictures = Inputs<InboxEntry>()
  var settingsFiles: [InboxEntry] = []
  var others: [InboxEntry] = []
  /// Files that were probably meant to be its settings; they lie beside, or are among the others in its folder.
  var almostSettings: [AlmostSettings] = []
  /// The files in its folder, by their names.
  private(set) var named = NamedFiles()

  var jobName: JobName {
    photo?.name.map { JobName("\(JobName(stem))-\($0)") } ?? JobName(stem)
  }

  /// All that goes along with the job.
  var files: [InboxEntry] { pictures.all.map(\.value) + settingsFiles + others }

  /// The one settings file, when it is complete.
  var sidecar: Sidecar? {
    settingsFiles.count == 1 && settingsFiles[0].settledAt != nil ? settingsFiles[0].sidecar : nil
  }

  /// As people find it in the inbox.
  func placed(_ name: String) -> String { presetFolder.map { "\($0.name)/\(name)" } ?? name }

  /// What the settings file says; the defaults where there is none or it is invalid.
  var settings: Settings {
    if case .valid(let settings)? = sidecar { settings } else { presetFolder?.defaults ?? .withoutAnyFile }
  }

  /// Where `settings` come from, for people.
  var whoSaysSo: String {
    settingsFiles.first.map { "\($0.name)" } ?? presetFolder.map { "the preset \($0.name)" } ?? "nobody"
  }

  /// Whether each photo in the folder is to be a job of its own.
  var takesAllPhotos: Bool { settings.photos == .all }

  /// Whether the folder is to be painted in every combination of its photos and paintings.
  var isBatch: Bool { settings.makesBatch && folder != nil }

  /// The pictures that the settings name.
  var namedPictures: [String] {
    let sources = InputRole.allCases.flatMap(settings.sources)
    return sources.compactMap { if case .named(let name, _) = $0 { name } else { nil } }
  }

  /// Groups entries into sets, in the order in which their last file was complete, then by name.
  ///
  /// - Parameter presetFolder: that the entries lie in, if that is not the inbox itself.
  static func sets(in entries: [InboxEntry], of presetFolder: PresetFolder? = nil) -> [JobSet] {
    var sets = loose(entries)
    for entry in entries {
      guard case .folder(let files, let inner) = entry.kind else { continue }
      sets.append(JobSet(folder: entry, files: files, inner: inner))
    }
    for index in sets.indices { sets[index].presetFolder = presetFolder }
    let sorted = sets.sorted {
      ($0.completedAt, FileName($0.stem), $0.isLoose) < ($1.completedAt, FileName($1.stem), $1.isLoose)
    }
    return sorted.flatMap(\.perPhoto)
  }

  private var isLoose: Int { folder == nil ? 0 : 1 }

  private var completedAt: Duration {
    files.map { $0.settledAt ?? .seconds(Int64.max) }.max() ?? .seconds(Int64.max)
  }
}

// Files that lie in the inbox itself.
extension JobSet {
  private static func loose(_ entries: [InboxEntry]) -> [JobSet] {
    var exact: [FileName: JobSet] = [:]
    for entry in entries where entry.kind == .file { add(entry, to: &exact) }
    var sets = Dictionary(grouping: exact.values, by: \.stem).flatMap { together($0.value) }
    let almost = AlmostSettings.beside(sets, among: entries)
    for index in sets.indices where sets[index].settingsFiles.isEmpty {
      sets[index].almostSettings = almost[sets[index].stem.lowercased()] ?? []
    }
    return sets
  }

  /// By the very bytes of the job's name.
  private static func add(_ entry: InboxEntry, to sets: inout [FileName: JobSet]) {
    switch FileRole(entry.name) {
    case .input(let role, let job, _) where !job.isEmpty:
      sets[FileName(job), default: JobSet(stem: job)].pictures.append(entry, as: role)
    case .settings(let job): sets[FileName(job), default: JobSet(stem: job)].settingsFiles.append(entry)
    case .input, .picture, .other: break
    }
  }

  /// Sets whose names read alike are one, since the parts of a job may come from different systems. Where that would
  /// give it too much, each keeps what has its very name, if that is more than a single file.
  private static func together(_ sets: [JobSet]) -> [JobSet] {
    let sorted = sets.sorted { FileName($0.stem) < FileName($1.stem) }
    // It is called as its settings are, which somebody has typed.
    let first = sorted.firstIndex { !$0.settingsFiles.isEmpty } ?? 0
    var one = sorted[first]
    for (index, other) in sorted.enumerated() where index != first {
      for (role, picture) in other.pictures.all { one.pictures.append(picture, as: role) }
      one.settingsFiles += other.settingsFiles
    }
    return one.hasTooMuch && sorted.contains { $0.files.count > 1 } ? sorted : [one]
  }

  private var hasTooMuch: Bool {
    settingsFiles.count > 1
      || InputRole.allCases.contains { role in Set(pictures[role].map(\.number)).count < pictures[role].count }
  }
}

extension JobSet {
  /// A folder is one job, whatever the first parts of its files' names are.
  init(folder: InboxEntry, files: [InboxEntry], inner: Bool) {
    self.init(stem: folder.name.description, folder: folder, inner: inner)
    named = NamedFiles(files)
    let settings = settings(among: files)
    for file in files {
      switch FileRole(file.name) {
      case .input(let role, _, _): pictures.append(file, as: role)
      case .settings where settings.contains(file.name): settingsFiles.append(file)
      case .settings, .picture, .other: others.append(file)
      }
    }
    almostSettings = others.compactMap { file in
      SettingsName.meant(by: file.name, inFolder: true).map { AlmostSettings(file: file, meant: $0) }
    }
  }

  /// settings.yaml comes before files that are called like the folder or a picture in it, and these before any other
  /// YAML file, which may be another program's, as a JSON file of any name would be.
  private func settings(among files: [InboxEntry]) -> [FileName] {
    var jobs: Set<String> = [stem, jobName.text]
    for file in files { if case .input(_, let job, _) = FileRole(file.name) { jobs.insert(job) } }
    let candidates = files.compactMap { file in SettingsName.job(of: file.name).map { (job: $0, name: file.name) } }
    let settings = candidates.filter { $0.job.lowercased() == "settings" }
    if !settings.isEmpty { return settings.map(\.name) }
    let called = candidates.filter { jobs.contains($0.job) }
    if !called.isEmpty { return called.map(\.name) }
    return candidates.map(\.name).filter { inner || !SettingsName.isJSON($0) }
  }
}
