import Files
import Images
import Jobs
import Spool

/// The last job of a folder of which several came: the contact sheet of them, and a report that says where each is.
struct ContactSheetJob {
  let job: JobDirectory
  let record: JobRecord
  let batch: Batch

  /// Writes the sheet, report.json and settings.yaml into `folder`, which exists.
  ///
  /// - Parameter check: is called between pictures, and may throw to end it.
  /// - Throws: a `FileError`. A picture that cannot be read has an empty place.
  func run(into folder: Path, check: () throws -> Void) throws {
    let results = try batch.cells.indices.map { try job.readCell($0) }
    let sheet = try sheet(results, check)
    try check()
    let name = "\(record.name).contact-sheet.png"
    try FileSystem.replace(folder.appending(name), with: PNGEncoder.encode(sheet.render()), mode: 0o666)
    let report = SheetReport(record, cells: zip(batch.cells, results).map { reported($0, $1) }, files: [name])
    try FileSystem.replace(
      folder.appending("report.json"), with: JSON.encode(report) + [UInt8(ascii: "\n")], mode: 0o666)
    guard let settings = record.settings?.value else { return }
    try FileSystem.replace(folder.appending("settings.yaml"), with: Array(settings.yaml.utf8), mode: 0o666)
  }

  private var photos: [JobInput] { record.inputs.pictures[.content] }
  private var paintings: [JobInput] { record.inputs.pictures[.style] }

  private func sheet(_ results: [CellResult?], _ check: () throws -> Void) throws -> ContactSheet {
    let rows = max(1, photos.count)
    let longSide = ContactSheet.longSide(rows: rows, columns: paintings.count)
    func heading(_ input: JobInput) throws -> ContactSheet.Heading {
      try check()
      return .init(label: Self.label(input), picture: input.file.flatMap { picture(job.path.appending($0), longSide) })
    }
    var cells = Array(
      repeating: Array(repeating: ContactSheet.Cell.none("it is not there"), count: paintings.count), count: rows)
    for (cell, result) in zip(batch.cells, results) {
      try check()
      cells[cell.photo ?? 0][cell.painting] = shown(result, longSide)
    }
    return ContactSheet(
      title: record.name, photos: try photos.map(heading), paintings: try paintings.map(heading), cells: cells)
  }

  private func shown(_ result: CellResult?, _ longSide: Int) -> ContactSheet.Cell {
    guard let result else { return .none("it is not there") }
    guard !result.failed else { return .none(result.message ?? "") }
    let file = result.picture.map { job.cellsPath.appending($0) }
    return file.flatMap { picture($0, longSide) }.map { .picture($0) } ?? .none("its picture cannot be read")
  }

  /// No larger than it is asked for; nil when it cannot be read.
  private func picture(_ path: Path, _ longSide: Int) -> RGBImage? {
    (try? ImageDecoder.decode(path: path, acceptingDamage: true).image)?.shrunk(longSide: longSide)
  }

  private static func label(_ input: JobInput) -> String {
    if let style = input.style, style.isNamed { return style.name }
    return input.file?.lastName.description ?? ""
  }

  private func reported(_ cell: Batch.Cell, _ result: CellResult?) -> SheetReport.Cell {
    .init(
      name: cell.name, photo: cell.photo.map { Self.label(photos[$0]) }, painting: Self.label(paintings[cell.painting]),
      state: result?.failed == false ? "done" : "failed", folder: result?.folder, message: result?.message)
  }
}

/// `report.json` beside a contact sheet.
struct SheetReport: Codable {
  struct Cell: Codable {
    var name: String
    var photo: String?
    var painting: String
    var state: String
    /// In the outbox, as it was called when it was published.
    var folder: String?
    /// Why it has failed.
    var message: String?
  }

  var easel = Version.current
  var name: String
  var state = "done"
  var job: Report.Job
  /// Photo after photo.
  var cells: [Cell]
  var files: [String]

  init(_ record: JobRecord, cells: [Cell], files: [String]) {
    (name, job, self.cells, self.files) = (record.name, Report.Job(record), cells, files)
  }
}
