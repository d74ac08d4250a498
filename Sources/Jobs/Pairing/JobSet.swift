/// The files in the inbox that belong to one job by their names.
struct JobSet {
  var stem: String
  /// Set when the files lie in a folder of their own.
  var folder: InboxEntry?
  /// The files were found in the folder's `inputs/`.
  var inner = false
  /// Set for one of several sets that share a folder.
  var photo: PhotoOfMany?
  var contents: [InboxEntry] = []
  var styles: [InboxEntry] = []
  var settings: [InboxEntry] = []
  var others: [InboxEntry] = []

  var jobName: JobName {
    photo?.name.map { JobName("\(JobName(stem))-\($0)") } ?? JobName(stem)
  }

  /// All that goes along with the job.
  var files: [InboxEntry] { contents + styles + settings + others }

  /// The one settings file, when it is complete.
  var sidecar: Sidecar? {
    settings.count == 1 && settings[0].settledAt != nil ? settings[0].sidecar : nil
  }

  /// What the settings ask for; the defaults where there are none or where they are invalid.
  var summary: SidecarSummary {
    if case .valid(let summary)? = sidecar { summary } else { SidecarSummary() }
  }

  /// The pictures that the settings name.
  var namedPictures: [String] {
    [summary.content, summary.style].compactMap { if case .named(let name) = $0 { name } else { nil } }
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
    case .content(let job) where !job.isEmpty: sets[job, default: JobSet(stem: job)].contents.append(entry)
    case .style(let job) where !job.isEmpty: sets[job, default: JobSet(stem: job)].styles.append(entry)
    case .settings(let job): sets[job, default: JobSet(stem: job)].settings.append(entry)
    case .content, .style, .picture, .other: break
    }
  }
}

extension JobSet {
  /// A folder is one job, whatever the first parts of its files' names are.
  init(folder: InboxEntry, files: [InboxEntry], inner: Bool) {
    self.init(stem: folder.name.description, folder: folder, inner: inner)
    for file in files {
      switch FileRole(file.name) {
      case .content: contents.append(file)
      case .style: styles.append(file)
      case .settings: settings.append(file)
      case .picture, .other: others.append(file)
      }
    }
  }
}
