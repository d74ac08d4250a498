/// The files in the inbox that belong to one job by their names.
struct JobSet {
  var stem: String
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

  var jobName: JobName {
    photo?.name.map { JobName("\(JobName(stem))-\($0)") } ?? JobName(stem)
  }

  /// All that goes along with the job.
  var files: [InboxEntry] { pictures.all.map(\.value) + settingsFiles + others }

  /// The one settings file, when it is complete.
  var sidecar: Sidecar? {
    settingsFiles.count == 1 && settingsFiles[0].settledAt != nil ? settingsFiles[0].sidecar : nil
  }

  /// What the settings file says; the defaults where there is none or it is invalid.
  var settings: Settings {
    if case .valid(let settings)? = sidecar { settings } else { Settings() }
  }

  /// Whether each photo in the folder is to be a job of its own.
  var takesAllPhotos: Bool { settings.photos == .all }

  /// The pictures that the settings name.
  var namedPictures: [String] {
    let sources = InputRole.allCases.flatMap(settings.sources)
    return sources.compactMap { if case .named(let name) = $0 { name } else { nil } }
  }

  /// Groups entries into sets, in the order in which their last file was complete, then by name.
  static func sets(in entries: [InboxEntry]) -> [JobSet] {
    var loose: [String: JobSet] = [:]
    var sets: [JobSet] = []
    for entry in entries {
      switch entry.kind {
      case .file: add(entry, to: &loose)
      case .folder(let files, let inner): sets.append(JobSet(folder: entry, files: files, inner: inner))
      case .refused: break
      }
    }
    let sorted = (sets + loose.values).sorted {
      ($0.completedAt, $0.stem, $0.isLoose) < ($1.completedAt, $1.stem, $1.isLoose)
    }
    return sorted.flatMap(\.perPhoto)
  }

  private var isLoose: Int { folder == nil ? 0 : 1 }

  private var completedAt: Duration {
    files.map { $0.settledAt ?? .seconds(Int64.max) }.max() ?? .seconds(Int64.max)
  }

  private static func add(_ entry: InboxEntry, to sets: inout [String: JobSet]) {
    switch FileRole(entry.name) {
    case .input(let role, let job) where !job.isEmpty:
      sets[job, default: JobSet(stem: job)].pictures.append(entry, as: role)
    case .settings(let job): sets[job, default: JobSet(stem: job)].settingsFiles.append(entry)
    case .input, .picture, .other: break
    }
  }
}

extension JobSet {
  /// A folder is one job, whatever the first parts of its files' names are.
  init(folder: InboxEntry, files: [InboxEntry], inner: Bool) {
    self.init(stem: folder.name.description, folder: folder, inner: inner)
    for file in files {
      switch FileRole(file.name) {
      case .input(let role, _): pictures.append(file, as: role)
      case .settings: settingsFiles.append(file)
      case .picture, .other: others.append(file)
      }
    }
  }
}
