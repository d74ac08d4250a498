internal import Files

/// Finds the pictures of one set of files and decides what the set still waits for.
struct JobResolution {
  /// A guess takes time, and there may be very many jobs.
  private static let mostGuesses = 50

  /// One picture of the job: where it lies, or the remembered style that it comes from.
  struct Found {
    var entry: InboxEntry?
    var style: StyleUse?
    /// Of a mask: which painting's, from 1.
    var painting: Int?
  }

  let set: JobSet
  let index: Int
  let pictures: SharedPictures
  private let moment: Moment
  var found = Inputs<Found>()
  var missing: [String] = []
  /// Whether one of these is a picture that the settings name: then there is more to say when it does not come.
  private var isNamedMissing = false
  var fault: JobFault?

  /// - Parameter index: the set's place among all sets, by which `pictures` knows it.
  init(set: JobSet, index: Int, pictures: SharedPictures, moment: Moment) {
    (self.set, self.index, self.pictures, self.moment) = (set, index, pictures, moment)
    if case .invalid(let reason)? = set.sidecar { fault = JobFault(reason) }
    if set.settingsFiles.count > 1 { missing.append(Self.tooMany("settings file", set.settingsFiles)) }
    if set.takesAllPhotos, set.folder == nil {
      fault = JobFault("\(set.whoSaysSo): photos: all is for a folder: put photos, style and settings into one")
    }
    if set.settings.makesBatch, set.folder == nil {
      fault = JobFault("\(set.whoSaysSo): styles: each is for a folder: put photos, paintings and settings into one")
    }
    checkStart()
    if set.photo?.isItsTurn == false { missing.append("its turn: the other photos in \(set.stem) are taken first") }
    for role in InputRole.allCases {
      for source in set.settings.sources(role) { found[role] += find(source, role) }
    }
    if set.isBatch { checkBatch() }
  }

  var state: PairedJob.State {
    let settling = Self.describe(unsettled)
    guard missing.isEmpty || isHopeless else {
      return set.settingsFiles.contains { $0.settledAt == nil } ? .settling(settling) : .waiting(for: missing)
    }
    guard settling.isEmpty else { return .settling(settling) }
    let complete = (involved + set.almostSettings.map(\.file)).compactMap(\.settledAt).max() ?? moment.now
    if set.settingsFiles.isEmpty, !moment.isOver(complete) { return .awaitingSettings(until: complete + moment.grace) }
    return .ready(plan)
  }

  /// When the state changes by itself: the settings' time is up, or that of the pictures that they name.
  var nextChange: Duration? {
    switch state {
    case .awaitingSettings(let until): return until
    case .waiting, .settling:
      guard fault != nil || isNamedMissing, let settledAt = settingsSettledAt, !moment.isOver(settledAt) else {
        return nil
      }
      return settledAt + moment.grace
    case .ready: return nil
    }
  }

  /// Files that look like settings, where it has none.
  var hints: [String] { self.set.settingsFiles.isEmpty ? set.almostSettings.map(\.hint) : [] }

  /// What lies in its folder and is of no use. Of several photos in one, the last has it.
  var unused: [InboxEntry] {
    guard set.folder != nil, set.photo?.isLast != false else { return [] }
    // A picture that is called by its role has its use, as long as the others may still come.
    let called = missing.isEmpty && fault == nil ? set.pictures.all.map(\.value) : []
    return (called + set.others).filter { !entries.contains($0) }
  }

  /// The pictures that lie in the inbox.
  var entries: [InboxEntry] { found.all.compactMap(\.value.entry) }

  /// Of the files that are not complete, those that time alone will not complete.
  var problems: [String] { Self.describe(unsettled.filter { $0.problem != nil }) }

  private var unsettled: [InboxEntry] {
    let beside = set.files + (set.photo?.others ?? []) + set.almostSettings.map(\.file) + (set.folder?.aside ?? [])
    return involved.filter { $0.settledAt == nil || $0.problem != nil }
      + beside.filter { $0.settledAt == nil && !involved.contains($0) }
  }

  /// The files that the job cannot do without.
  private var involved: [InboxEntry] { entries + set.settingsFiles }

  /// Invalid settings will not get better by a picture that does not come; but the pictures get their time, so that
  /// the failed job holds all that was dropped for it.
  private var isHopeless: Bool { fault != nil && settingsSettledAt.map(moment.isOver) ?? false }

  private var settingsSettledAt: Duration? { self.set.settingsFiles.first?.settledAt }
}

// Finding the pictures.
extension JobResolution {
  private mutating func find(_ source: InputSource, _ role: InputRole) -> [Found] {
    switch source {
    case .named(let name, let painting): found(findNamed(name, role), role, painting)
    case .remembered(let name): findRemembered(name).map { [$0] } ?? []
    case .beside where set.isBatch && role == .content && set.takesAllPhotos:
      findEach(set.photos, "photos in the folder: .jpg or .png").flatMap { found($0, role) }
    case .beside where set.isBatch && role == .style:
      findEach(set.paintings, "paintings in the folder, called style1.jpg, style2.jpg or NAME.style.jpg").flatMap {
        found($0, role)
      }
    case .beside where role == .style: findPaintings().flatMap { found($0, role) }
    case .beside where role.isMaskOfPainting: findMasks(role)
    case .beside where role.isOptional && set.pictures[role].isEmpty: []
    case .beside: found(findBeside(role), role)
    }
  }

  private func found(_ entry: InboxEntry?, _ role: InputRole, _ painting: Int? = nil) -> [Found] {
    entry.map { [Found(entry: $0, style: use(of: $0, role), painting: painting)] } ?? []
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
    let inFolder = set.named.called(name)
    let called = inFolder.isEmpty ? pictures.named.called(name) : inFolder
    guard called.count != 1 else { return called[0] }
    if called.isEmpty {
      isNamedMissing = true
      missing.append("the picture \(name), which \(set.whoSaysSo) names as its \(role)" + guess(name))
    } else {
      missing.append(Self.tooMany("picture called \(name)", called))
    }
    return nil
  }

  /// For a picture that does not come: what may have been meant.
  private func guess(_ name: String) -> String {
    guard index < Self.mostGuesses, settingsSettledAt.map(moment.isOver) ?? false else { return "" }
    let near = set.named.near(name) + pictures.named.near(name)
    return near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
  }

  /// A copy that lies with the job's files, as in the folder of a failed job that was moved back; otherwise the style
  /// comes from the library.
  private mutating func findRemembered(_ text: String) -> Found? {
    guard let name = StyleName(text) else {
      fault = JobFault("style: \"\(text)\" can be neither a picture's name nor a remembered style's")
      return nil
    }
    let copy = set.pictures[.style].first { FileRole($0.name) == .input(.style, job: text) }
    return Found(
      entry: copy ?? set.named.called(text).first { $0.name.readsAs(FileName(text)) },
      style: StyleUse(name, isNamed: true))
  }

  /// - Parameter number: of one of several that have numbers.
  mutating func findBeside(_ role: InputRole, number: Int? = nil, why: String = "") -> InboxEntry? {
    let beside = set.pictures[role].filter { $0.number == number }
    guard beside.count <= 1 else {
      missing.append(Self.tooMany("\(role)\(number.map { " \($0)" } ?? "") picture", beside))
      return nil
    }
    guard let picture = beside.first else {
      if role == .content, set.takesAllPhotos, set.folder != nil {
        missing.append("photos in the folder: .jpg or .png")
        return nil
      }
      missing.append("a \(role) picture: \(name(role, number)).jpg or .png\(why)")
      return nil
    }
    guard set.folder == nil || picture.name.text != nil else {
      missing.append("a name in UTF-8 for \(picture.name)")
      return nil
    }
    return picture
  }

  /// What a picture beside the settings file is called, without its ending.
  func name(_ role: InputRole, _ number: Int? = nil) -> String {
    (set.folder == nil ? set.stem + "." : "") + role.rawValue + (number.map(String.init) ?? "")
  }

  /// Whether a settings file may name this: a file that lies in the inbox itself.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.first != UInt8(ascii: ".") && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }

  static func tooMany(_ what: String, _ found: [InboxEntry]) -> String {
    "one \(what) instead of \(found.count): " + FileName.distinct(found.map(\.name)).joined(separator: ", ")
  }

  private static func describe(_ entries: [InboxEntry]) -> [String] {
    Set(entries.map { $0.name.description + (reason($0).map { " (\($0))" } ?? "") }).sorted()
  }

  private static func reason(_ entry: InboxEntry) -> String? {
    entry.problem ?? (Transfer.isUnderWay(entry.name) ? "still being transferred" : nil)
  }
}
