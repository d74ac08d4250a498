internal import Files

/// Finds the pictures of one set of files and decides what the set still waits for.
struct JobResolution {
  /// One picture of the job: where it lies, or the remembered style that it comes from.
  private struct Found {
    var entry: InboxEntry?
    var style: StyleUse?
  }

  private let set: JobSet
  private let index: Int
  private let pictures: SharedPictures
  private var found = Inputs<Found>()
  private var missing: [String] = []
  private var fault: JobFault?

  /// - Parameter index: the set's place among all sets, by which `pictures` knows it.
  init(set: JobSet, index: Int, pictures: SharedPictures) {
    self.set = set
    self.index = index
    self.pictures = pictures
    if case .invalid(let reason)? = set.sidecar { fault = JobFault(reason) }
    if set.settingsFiles.count > 1 { missing.append(Self.tooMany("settings file", set.settingsFiles)) }
    if set.takesAllPhotos, set.folder == nil {
      let file = set.settingsFiles[0].name
      fault = JobFault("\(file): photos: all is for a folder: put photos, style and settings into one")
    }
    if set.photo?.isItsTurn == false { missing.append("its turn: the other photos in \(set.stem) are taken first") }
    for role in InputRole.allCases {
      for source in set.settings.sources(role) {
        if let picture = find(source, role) { found.append(picture, as: role) }
      }
    }
  }

  func state(now: Duration, grace: Duration) -> PairedJob.State {
    let settling = Self.describe(unsettled)
    guard missing.isEmpty || isHopeless(now: now, grace: grace) else {
      return set.settingsFiles.contains { $0.settledAt == nil } ? .settling(settling) : .waiting(for: missing)
    }
    guard settling.isEmpty else { return .settling(settling) }
    let complete = involved.compactMap(\.settledAt).max() ?? now
    if set.settingsFiles.isEmpty, now < complete + grace { return .awaitingSettings(until: complete + grace) }
    return .ready(plan)
  }

  /// When the state changes by itself: the settings' time is up, or that of the pictures of a job that cannot be done.
  func nextChange(now: Duration, grace: Duration) -> Duration? {
    switch state(now: now, grace: grace) {
    case .awaitingSettings(let until): until
    case .waiting, .settling: hopelessFrom(grace: grace).flatMap { $0 > now ? $0 : nil }
    case .ready: nil
    }
  }

  /// The pictures that lie in the inbox.
  private var entries: [InboxEntry] { found.all.compactMap(\.value.entry) }

  /// Of the files that are not complete, those that time alone will not complete.
  var problems: [String] { Self.describe(unsettled.filter { $0.problem != nil }) }

  private var unsettled: [InboxEntry] {
    (involved + set.files + (set.photo?.others ?? [])).filter { $0.settledAt == nil }
  }

  /// The files that the job cannot do without.
  private var involved: [InboxEntry] { entries + set.settingsFiles }

  /// Invalid settings will not get better by a picture that does not come; but the pictures get their time, so that
  /// the failed job holds all that was dropped for it.
  private func isHopeless(now: Duration, grace: Duration) -> Bool {
    hopelessFrom(grace: grace).map { now >= $0 } ?? false
  }

  private func hopelessFrom(grace: Duration) -> Duration? {
    guard fault != nil, let settled = set.settingsFiles.first?.settledAt else { return nil }
    return settled + grace
  }
}

// Finding the pictures.
extension JobResolution {
  private mutating func find(_ source: InputSource, _ role: InputRole) -> Found? {
    switch source {
    case .named(let name): findNamed(name, role).map { Found(entry: $0, style: use(of: $0, role)) }
    case .remembered(let name): findRemembered(name)
    case .beside: findBeside(role).map { Found(entry: $0, style: use(of: $0, role)) }
    }
  }

  /// Under which name a painting is to be remembered.
  private func use(of picture: InboxEntry, _ role: InputRole) -> StyleUse? {
    guard role == .style else { return nil }
    return StyleUse(StyleName(ofFile: picture.name, otherwise: JobName(set.stem).text), isNamed: false)
  }

  private mutating func findNamed(_ name: String, _ role: InputRole) -> InboxEntry? {
    guard Self.isPlain(name) else {
      fault = JobFault("\(role): \"\(name)\" is not the plain name of a file in the inbox; a path is not allowed")
      return nil
    }
    if let picture = set.file(inFolder: name) ?? pictures.picture(named: name) { return picture }
    missing.append("the picture \(name), which \(set.settingsFiles[0].name) names as its \(role)")
    return nil
  }

  /// A copy that lies with the job's files, as in the folder of a failed job that was moved back; otherwise the style comes from
  /// the library.
  private mutating func findRemembered(_ text: String) -> Found? {
    guard let name = StyleName(text) else {
      fault = JobFault("style: \"\(text)\" can be neither a picture's name nor a remembered style's")
      return nil
    }
    let copy = set.pictures[.style].first { FileRole($0.name) == .input(.style, job: text) }
    return Found(entry: copy ?? set.file(inFolder: text), style: StyleUse(name, isNamed: true))
  }

  private mutating func findBeside(_ role: InputRole) -> InboxEntry? {
    let beside = set.pictures[role]
    guard beside.count <= 1 else {
      missing.append(Self.tooMany("\(role) picture", beside))
      return nil
    }
    guard let picture = beside.first else {
      if role == .content, set.takesAllPhotos, set.folder != nil {
        missing.append("photos in the folder: .jpg or .png")
        return nil
      }
      let prefix = set.folder == nil ? set.stem + "." : ""
      missing.append("a \(role) picture: \(prefix)\(role).jpg or .png")
      return nil
    }
    guard set.folder == nil || picture.name.text != nil else {
      missing.append("a name in UTF-8 for \(picture.name)")
      return nil
    }
    return picture
  }

  /// Whether a settings file may name this: a file that lies in the inbox itself.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.first != UInt8(ascii: ".") && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }

  private static func tooMany(_ what: String, _ found: [InboxEntry]) -> String {
    "one \(what) instead of \(found.count): " + found.map(\.name.description).joined(separator: ", ")
  }

  private static func describe(_ entries: [InboxEntry]) -> [String] {
    Set(entries.map { $0.name.description + ($0.problem.map { " (\($0))" } ?? "") }).sorted()
  }
}

// Planning what to take.
extension JobResolution {
  private var plan: ClaimPlan {
    var destinations = Destinations()
    var moves: [ClaimPlan.Move] = []
    if let folder = set.folder, set.photo?.isLast != false {
      moves.append(
        .init(
          source: folder.name, destination: "inputs", kind: set.inner ? .folderWithInputs : .folder,
          identity: folder.identity,
          pictures: set.photo.map { _ in set.files.map(\.name).filter(FileRole.isPicture) }))
    }
    for file in taken {
      let isInFolder = set.leavesFolder(file)
      let isLeft = isInFolder ? !isContent(file) : pictures.isNeeded(file, besides: index)
      moves.append(
        .init(
          source: file.name, folder: isInFolder ? set.filesPath : nil, destination: destinations.make(for: file.name),
          kind: isLeft ? .copy : .file, identity: file.identity))
    }
    let inputs = found.map { picture in
      JobInput(file: picture.entry.map { path(of: $0, destinations) }, style: picture.style)
    }
    return ClaimPlan(
      name: set.jobName.text, settings: set.settings,
      inputs: JobInputs(inputs, settings: set.settingsFiles.first.map { path(of: $0, destinations) }), moves: moves,
      fault: fault)
  }

  private func isContent(_ file: InboxEntry) -> Bool { found[.content].contains { $0.entry == file } }

  /// The files that go along and are not taken with their folder.
  private var taken: [InboxEntry] {
    let loose = set.folder == nil ? set.files : set.settingsFiles.filter { set.leavesFolder($0) }
    let named = entries.filter { !set.files.contains($0) || set.leavesFolder($0) }
    return named.reduce(into: loose) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What comes with its folder keeps its name.
  private func path(of file: InboxEntry, _ destinations: Destinations) -> Path {
    destinations.paths[file.name].map { Path($0) } ?? Path("inputs").appending(file.name)
  }
}

/// Gives each file a place of its own under `inputs/`.
private struct Destinations {
  private(set) var paths: [FileName: String] = [:]

  mutating func make(for name: FileName) -> String {
    var safe = name.description
    while safe.utf8.count > 240 { safe.removeFirst() }
    let path = FreeName.first({ $0 == 1 ? "inputs/\(safe)" : "inputs/\($0)-\(safe)" }) { paths.values.contains($0) }
    paths[name] = path
    return path
  }
}
