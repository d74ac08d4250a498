internal import Files
internal import HummingbirdCore
internal import Images
internal import Jobs
internal import Pages
internal import StyleLibrary

// New jobs.
extension Site {
  private static let accepted = FileRole.pictureExtensions.sorted().map { ".\($0)" }.joined(separator: ",")

  func form(_ request: PageRequest) async throws -> Response {
    let again = try request.query["again"].flatMap { $0.isEmpty ? nil : $0 }.map { try Again(folder(FileName($0))) }
    let form = SettingsForm(presets: configuration.presets, values: again?.values ?? SettingsDocument())
    let chosen = Set((request.query["style"].map { [$0] } ?? []) + (again?.styles ?? []))
    let styles = ((try? library.list())?.styles ?? []).map { style -> [String: Any] in
      ["name": style.name.text, "thumbnail": Self.thumbnail(style), "isChosen": chosen.contains(style.name.text)]
    }
    let limits = configuration.uploads
    let largest = ImageLimits().maximumBytes
    var view: [String: Any] = [
      "heading": again.map { "Again with \($0.title)" } ?? "Paint a photo", "mostBytes": limits.bytes,
      "mostFileBytes": largest, "mostFiles": limits.files, "accept": Self.accepted, "styles": styles,
      "hasStyles": !styles.isEmpty, "presets": form.presetChoices, "families": form.families, "isOpen": form.isFilled,
      "name": "", "needsPhoto": again?.photo == nil, "photoLabel": again == nil ? "A photo of yours" : "Another photo",
      "limits":
        "At most \(limits.files) files and \(ByteSize(bytes: limits.bytes).words) at a time, \(ByteSize(bytes: largest).words) each: "
        + "\(ImageFormat.readable).",
    ]
    view["again"] = again.map { again -> [String: Any] in
      [
        "name": again.title, "folder": again.name.text ?? "", "hasPhoto": again.photo != nil,
        "hasPainting": !again.paintings.isEmpty && chosen.isDisjoint(with: styles.compactMap { $0["name"] as? String }),
      ]
    }
    return .html(await frame("Paint a photo", .new).render(.new, view))
  }

  /// Whether an upload would be taken, by all but its pictures.
  func check(_ request: PageRequest) async throws -> Response {
    let fields = try await request.form()
    let text = try OrderText(fields, presets: configuration.presets)
    try checkStyles(text)
    let counts = ["photos", "paintings"].map { Int(fields[$0].flatMap { UInt16($0) } ?? 0) }
    let missing = text.missing(photos: counts[0], paintings: counts[1])
    guard missing.isEmpty else { throw OrderText.Wrong(problems: missing) }
    return .json(["problems": .list([])])
  }

  func order(_ request: PageRequest) async throws -> Response {
    let name = try await uploads.take(request) { text in
      try checkStyles(text)
    } keeping: { text, files in
      guard let again = text.again, text.keepsPhoto || text.keepsPainting else { return }
      try keep(of: FileName(again), text, &files)
    }
    logger.info("\(name): was sent, and is in the inbox")
    return await done("\(name) is in the inbox; it is taken in a moment", request, back: "/")
  }

  private func checkStyles(_ text: OrderText) throws {
    let names = Set(try library.names().map(\.text))
    let missing = text.styles.filter { !names.contains($0) }
    guard missing.isEmpty else {
      throw OrderText.Wrong(
        problems: missing.map { .init(key: nil, words: "no style called “\($0)” is remembered any more") })
    }
  }

  /// Copies photo and paintings of an earlier job.
  private func keep(of name: FileName, _ text: OrderText, _ files: inout OrderFiles) throws {
    let folder = try folder(name)
    let again = Again(folder)
    func copy(_ name: FileName, _ role: OrderFiles.Role) throws {
      try files.copy(try folder.file([FileName("inputs"), name]), role, name.description)
    }
    if text.keepsPhoto, let photo = again.photo { try copy(photo, .photo) }
    if text.keepsPainting { for painting in again.paintings { try copy(painting, .painting) } }
  }
}

/// An earlier job, to be painted once more with something changed.
private struct Again {
  let name: FileName
  let title: String
  /// In its `inputs`.
  let photo: FileName?
  let paintings: [FileName]
  /// Remembered ones.
  let styles: [String]
  /// What was set.
  let values: SettingsDocument

  init(_ folder: borrowing ResultFolder) {
    let report = folder.reportBytes.flatMap(PaintedReport.init)
    let inputs = Set(folder.inputs)
    func files(_ role: InputRole) -> [FileName] {
      (report?.inputs ?? []).filter { $0.role == role.rawValue }.map { FileName($0.file) }.filter(inputs.contains)
    }
    (name, title) = (folder.entry.name, folder.entry.title)
    (photo, paintings, styles) = (files(.content).first, files(.style), report?.styles ?? [])
    values = Self.written(folder) ?? Self.resolved(folder) ?? SettingsDocument()
  }

  /// The settings file as it was dropped.
  private static func written(_ folder: borrowing ResultFolder) -> SettingsDocument? {
    let settings = folder.inputs.filter { if case .settings = FileRole($0) { true } else { false } }
    guard settings.count == 1, let text = folder.text(FileName("inputs"), settings[0]) else { return nil }
    return try? SettingsDocument(parsing: text, source: settings[0].description)
  }

  /// Of the settings as they were resolved, those that are not the default.
  private static func resolved(_ folder: borrowing ResultFolder) -> SettingsDocument? {
    guard let text = folder.text(FileName("settings.yaml")),
      let document = try? SettingsDocument(parsing: text, source: "settings.yaml")
    else { return nil }
    let usual = Settings.withoutAnyFile.document
    return SettingsDocument(
      entries: document.entries.filter { $0.value.content.inline != usual[$0.key]?.content.inline })
  }
}
