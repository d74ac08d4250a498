import Files
import Foundation
import Jobs
import Spool
import Testing

/// A folder of which four jobs come, cut off at any point: each is made once, and each is published once.
@Suite struct BatchTests {
  private let test: TestSpool
  private let batch: SpooledJob

  private static let names = ["trip-a-style1", "trip-a-style2", "trip-b-style1", "trip-b-style2"]

  init() throws {
    test = try TestSpool()
    batch = try Self.claim(test)
  }

  private static func claim(_ test: TestSpool) throws -> SpooledJob {
    try test.drop("trip/a.jpg", "trip/b.jpg", "trip/style1.jpg", "trip/style2.jpg", "trip/settings.yaml")
    var inputs = JobInputs(settings: "inputs/settings.yaml")
    inputs.pictures[.content] = ["a", "b"].map { JobInput(file: Path("inputs/\($0).jpg")) }
    inputs.pictures[.style] = [1, 2].map { JobInput(file: Path("inputs/style\($0).jpg")) }
    var settings = Settings()
    (settings.photos, settings.styles, settings.priority) = (.all, .each, 3)
    var plan = ClaimPlan(
      name: "trip", settings: settings, inputs: inputs, moves: [try test.move("trip", .folder, to: "inputs")])
    plan.batch = Batch(
      cells: names.enumerated().map { .init(name: $1, photo: $0 / 2, painting: $0 % 2) })
    return try test.spool.claim(plan, from: Path(test.inbox))
  }

  private func makeAll() throws -> [SpooledJob] {
    try test.spool.progress(of: batch).unmade.map { try test.spool.makeCell($0, of: batch) }
  }

  private func paint(_ job: inout SpooledJob) throws {
    try test.spool.begin(&job)
    let folder = try job.directory.makeResultFolder().text
    try Data("painted".utf8).write(to: URL(filePath: folder + "/\(job.record.name).png"))
    try job.directory.commitResult()
    try test.spool.end(&job, .exited(code: 0))
  }

  @Test func theFolderIsTakenAndEachCellIsAJobOfItsOwn() throws {
    #expect(batch.record.state == .gathering && batch.record.preview == false)
    #expect(try Path(test.inbox).names().isEmpty)
    #expect(try test.spool.progress(of: batch) == BatchProgress(unmade: [0, 1, 2, 3], done: 0, count: 4))
    let cells = try makeAll()
    #expect(cells.map(\.record.name) == Self.names && cells.allSatisfy { $0.record.state == .queued })
    #expect(cells.allSatisfy { $0.record.priority == 3 && !$0.id.contains(batch.id) })
    #expect(cells.map(\.id) == cells.map(\.id).sorted() && cells[0].id > batch.id)
    #expect(test.files(in: "outbox/.jobs/\(cells[1].id)/inputs") == ["a.jpg", "settings.yaml", "style2.jpg"])
    #expect(test.text("outbox/.jobs/\(cells[1].id)/inputs/style2.jpg") == "trip/style2.jpg")
    let yaml = try #require(test.text("outbox/.jobs/\(cells[1].id)/inputs/settings.yaml"))
    let read = try Settings(validating: SettingsDocument(parsing: yaml.utf8, source: "settings.yaml"))
    #expect(read == cells[1].record.settings?.value && read.content == "a.jpg" && read.styles == .mixed)
    #expect(try test.spool.progress(of: batch) == BatchProgress(unmade: [], done: 0, count: 4))
  }

  @Test func nothingIsMadeAgainAndTheSheetComesLast() throws {
    var batch = batch
    for (number, cell) in try makeAll().enumerated() {
      #expect(try !test.spool.progress(of: batch).isComplete)
      var cell = cell
      if number == 2 {
        try test.spool.fail(&cell, WorkerFailure(permanent: true, message: "not a picture"))
      } else {
        try paint(&cell)
      }
      _ = try test.spool.publish(cell)
    }
    #expect(try test.spool.progress(of: batch) == BatchProgress(unmade: [], done: 4, count: 4))
    #expect(try batch.directory.readCell(0) == result("trip-a-style1", "0000.png"))
    #expect(try batch.directory.readCell(2)?.message == "not a picture")
    // Its folder may be taken away: the picture stays for the sheet.
    try FileSystem.remove(Path(test.folder.path("outbox/trip-a-style1")))
    #expect(test.text("outbox/.jobs/\(batch.id)/cells/0000.png") == "painted")
    try test.spool.endGathering(&batch)
    #expect(try test.spool.recover(inbox: Path(test.inbox)).jobs.map(\.record.state) == [.queued])
  }

  private func result(_ folder: String, _ picture: String) throws -> CellResult {
    try JSON.decode(from: Array(#"{"folder": "\#(folder)", "failed": false, "picture": "\#(picture)"}"#.utf8))
  }

  /// How far the making of a cell has come: its directory, its record, so many of its two pictures, its settings.
  @Test(arguments: 0...5) func aCellThatIsCutOffInItsMakingIsMadeOnce(step: Int) throws {
    let cell = try test.spool.makeCell(1, of: batch)
    let plan = ClaimPlan(
      batch.record.batch!.cells[1], settings: Settings(), inputs: batch.record.inputs, in: batch.directory.path,
      presetFolder: nil, identity: { FileStatus($0)?.identity })
    var record = cell.record
    record.state = .claiming
    record.claim = JobRecord.Claim(moves: plan.moves, fault: nil)
    try cell.directory.write(record)
    for name in ["settings.yaml", "style2.jpg", "a.jpg"].prefix(5 - step) {
      try FileSystem.remove(cell.directory.inputsPath.appending(name))
    }
    if step <= 1 { try FileSystem.remove(cell.directory.path.appending("job.json")) }
    if step == 0 { try FileSystem.remove(cell.directory.inputsPath) }

    let recovered = try test.spool.recover(inbox: Path(test.inbox)).jobs
    #expect(recovered.map(\.record.state) == (step <= 1 ? [.gathering] : [.gathering, .queued]))
    #expect(try test.spool.progress(of: batch).unmade == (step <= 1 ? [0, 1, 2, 3] : [0, 2, 3]))
    _ = try makeAll()
    let inputs = try test.spool.directories().filter { $0.id != batch.id }.map {
      test.files(in: "outbox/.jobs/\($0.id)/inputs")
    }
    #expect(inputs.count == 4 && Set(inputs).count == 4 && inputs.allSatisfy { $0.count == 3 })
  }

  /// The steps of its publication after which it can be cut off.
  enum Step: CaseIterable, Sendable { case begun, inputsMoved, noted, renamed, removing }

  @Test(arguments: Step.allCases) func aCellThatIsCutOffInItsPublicationIsPublishedOnce(step: Step) throws {
    var cell = try test.spool.makeCell(1, of: batch)
    try paint(&cell)
    let path = cell.directory.path
    if step != .begun {
      try FileSystem.rename(path.appending("inputs"), path.appending("result").appending("inputs"))
    }
    if step != .begun, step != .inputsMoved {
      try FileSystem.makeFolder(batch.directory.cellsPath)
      try FileSystem.replace(
        batch.directory.cellsPath.appending("0001.json"),
        with: JSON.encode(result("trip-a-style2", "0001.png")))
    }
    if step == .renamed || step == .removing {
      try FileSystem.rename(path.appending("result"), test.spool.outbox.appending("trip-a-style2"))
    }
    if step == .removing { try FileSystem.remove(path.appending("job.json")) }
    #expect(try !test.spool.progress(of: batch).unmade.contains(1))
    #expect(try test.recoverAndPublish() == ["trip-a-style2"])
    #expect(test.files(in: "outbox/trip-a-style2/inputs").count == 3)
    #expect(try test.spool.progress(of: batch) == BatchProgress(unmade: [0, 2, 3], done: 1, count: 4))
    #expect(try batch.directory.readCell(1)?.folder == "trip-a-style2")
  }

  @Test func aCellGoesOnWithoutItsFolder() throws {
    var cell = try test.spool.makeCell(0, of: batch)
    try FileSystem.remove(batch.directory.path)
    try paint(&cell)
    #expect(try test.spool.publish(cell) == "trip-a-style1")
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aPictureThatHasVanishedFailsItsCellsAlone() throws {
    try FileSystem.remove(batch.directory.inputsPath.appending("b.jpg"))
    let cells = try makeAll()
    #expect(cells.map(\.record.state) == [.queued, .queued, .failed, .failed])
    #expect(cells[2].record.message == "b.jpg is no longer a file in the job of its folder")
    #expect(try test.spool.publish(cells[2]) == "trip-b-style1.failed")
  }

  @Test func settingsOfAnotherVersionAreSaid() throws {
    var other = batch
    other.record.settings = nil
    #expect(throws: BatchUnreadable.self) { try test.spool.makeCell(0, of: other) }
  }
}
