internal import Files
internal import Foundation
internal import HummingbirdCore
internal import Jobs
internal import Pages
internal import Spool

// The gallery.
extension Site {
  private static let perPage = 48

  func results(_ request: PageRequest) async -> Response {
    let query = String((request.query["q"] ?? "").trimmingSpaces.prefix(200))
    let onlyFailed = request.query["failed"] == "1"
    let found = index.entries.filter { entry in
      (!onlyFailed || entry.isFailed) && (query.isEmpty || entry.title.localizedCaseInsensitiveContains(query))
    }
    let pages = max(1, (found.count + Self.perPage - 1) / Self.perPage)
    let page = min(max(1, request.query["page"].flatMap { Int($0) } ?? 1), pages)
    let shown = found.dropFirst((page - 1) * Self.perPage).prefix(Self.perPage)
    func address(_ page: Int) -> String {
      "/results?page=\(page)" + (onlyFailed ? "&failed=1" : "")
        + (query.isEmpty ? "" : "&q=\(Address.of(FileName(query)))")
    }
    var view: [String: Any] = [
      "heading": onlyFailed ? "Failed" : "Gallery", "count": found.count, "query": query, "onlyFailed": onlyFailed,
      "cards": shown.map { CardView($0, in: configuration.outbox) }, "hasCards": !shown.isEmpty, "hasPages": pages > 1,
      "page": page, "pages": pages,
      "emptyWords": query.isEmpty ? "Nothing was painted yet." : "No name has “\(query)” in it.",
    ]
    view["newer"] = page > 1 ? address(page - 1) : nil
    view["older"] = page < pages ? address(page + 1) : nil
    return .html(await frame("Gallery", .results).render(.results, view))
  }

  func result(_ name: FileName, _ request: PageRequest) async throws -> Response {
    let view = try ResultView(folder(name)).view
    return .html(await frame(name.description, .results).render(.result, view))
  }
}

/// One result, or one failed job, with all that its folder tells.
private struct ResultView {
  private static let photoSize = 1600
  private static let shownFiles = 400

  private(set) var view: [String: Any]

  init(_ folder: borrowing ResultFolder) {
    let entry = folder.entry
    let base = "/results/\(Address.of(entry.name))"
    let bytes = folder.reportBytes ?? []
    let report = PaintedReport(json: bytes)
    let time = Stamp(entry.date)
    let picture = entry.isFailed ? nil : folder.picture(named: report?.name)
    var page = ReportPage(
      name: entry.title, version: report?.easel ?? "", summary: "",
      result: .init(picture?.description ?? "", address: picture.map { "\(base)/files/\(Address.of($0))" } ?? ""))
    if let report { page.tell(report) }
    page.animation = folder.animation(named: report?.name).map {
      .init($0.description, address: "\(base)/files/\(Address.of($0))")
    }
    let inputs = folder.inputs
    page.inputs = Self.inputs(report, inputs, base, entry.stamp)
    page.photo = Self.photo(report, inputs, base, entry.stamp)
    page.settings = Self.settings(folder)
    view = page.view
    view["stamp"] = time.stamp
    view["date"] = time.words
    view["styles"] = report?.styles ?? []
    view["hasPictures"] = !page.inputs.isEmpty || page.animation != nil
    view["files"] = Self.files(folder, base)
    if picture == nil { view["resultLink"] = nil }
    view["download"] = picture.map { "\(base)/files/\(Address.of($0))" }
    view["again"] = entry.isFailed || report?.inputs == nil ? nil : "/new?again=\(Address.of(entry.name))"
    if entry.isFailed { tellFailure(entry, PublishedReport(json: bytes), base) }
  }

  private mutating func tellFailure(_ entry: OutboxIndex.Entry, _ told: PublishedReport?, _ base: String) {
    var failure: [String: Any] = ["message": told?.message ?? "Its report cannot be read."]
    failure["advice"] = told?.advice
    view["failure"] = failure
    view["retry"] = entry.name.text.map { _ in "\(base)/retry" }
  }

  private static func inputs(
    _ report: PaintedReport?, _ names: [FileName], _ base: String, _ stamp: String
  ) -> [ReportPage.Input] {
    (report?.inputs ?? []).compactMap { input in
      guard let name = names.first(where: { $0 == FileName(input.file) }) else { return nil }
      let path = "inputs/\(Address.of(name))"
      return ReportPage.Input(
        role: input.role, file: input.file, link: "\(base)/files/\(path)",
        source: "\(base)/thumbnail/\(path)?v=\(stamp)",
        width: input.width, height: input.height, notes: input.notes)
    }
  }

  /// For the slider, where the photo is there and was painted upright and whole.
  private static func photo(
    _ report: PaintedReport?, _ names: [FileName], _ base: String, _ stamp: String
  ) -> ReportPage.Photo? {
    guard let report, let width = report.width, let height = report.height,
      let input = report.inputs?.first(where: { $0.role == InputRole.content.rawValue }),
      let name = names.first(where: { $0 == FileName(input.file) })
    else { return nil }
    let source = "\(base)/thumbnail/inputs/\(Address.of(name))?size=\(photoSize)&v=\(stamp)"
    return ReportPage.Photo(source: source, width: width, height: height)
  }

  private static func settings(_ folder: borrowing ResultFolder) -> [ReportPage.Fact] {
    guard let text = folder.text(FileName("settings.yaml")),
      let document = try? SettingsDocument(parsing: text, source: "settings.yaml")
    else { return [] }
    return document.entries.map { ReportPage.Fact($0.key, $0.value.content.inline) }
  }

  private static func files(_ folder: borrowing ResultFolder, _ base: String) -> [[String: Any]] {
    folder.files.prefix(shownFiles).map { path, bytes in
      [
        "file": path.map(\.description).joined(separator: "/"),
        "address": "\(base)/files/\(path.map { Address.of($0) }.joined(separator: "/"))",
        "size": ByteSize(bytes: Int(bytes)).words, "isSaved": path.last.flatMap(Site.shownType) == nil,
      ]
    }
  }
}
