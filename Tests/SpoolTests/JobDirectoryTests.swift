import Files
import Foundation
import Jobs
import Spool
import TestSupport
import Testing

@Suite struct JobDirectoryTests {
  private let folder: TemporaryFolder
  private let directory: JobDirectory

  init() throws {
    folder = try TemporaryFolder()
    directory = JobDirectory(Path(folder.path))
  }

  @Test func whatIsWrittenIsRead() throws {
    var record = JobRecord(id: "1", name: "cat", inputs: JobInputs(content: "inputs/cat.content.jpg"), priority: 3)
    record.retryAt = Date(timeIntervalSince1970: 1_700_000_000.125)
    record.claimedAt = Date(timeIntervalSince1970: 1_700_000_000.5)
    record.message = "wörds"
    try directory.write(record)
    #expect(try directory.readRecord() == record)

    var progress = JobProgress(phase: "painting", iteration: 3, iterations: 10, loss: 416.5, fractionDone: 0.3)
    progress.updatedAt = Date(timeIntervalSince1970: 1_700_000_001)
    try directory.write(progress)
    #expect(try directory.readProgress() == progress)

    let failure = WorkerFailure(permanent: true, message: "no", advice: "so")
    try directory.write(failure)
    #expect(try directory.readFailure() == failure)
  }

  @Test func whatIsNotThereIsNil() throws {
    #expect(try directory.readProgress() == nil)
    #expect(try directory.readFailure() == nil)
    #expect(throws: (any Error).self) { try directory.readRecord() }
  }

  @Test(arguments: ["", "{", "[]", #"{"phase": 3}"#])
  func damagedFilesAreNamed(text: String) throws {
    try folder.write(text.utf8, to: "progress.json")
    do {
      _ = try directory.readProgress()
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".hasPrefix(folder.path + "/progress.json: not readable as a file of Easel's: "))
    }
  }

  @Test func linksAreNotFollowed() throws {
    try folder.write(#"{"permanent": true, "message": "x"}"#.utf8, to: "other.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("error.json"), withDestinationPath: folder.path("other.json"))
    #expect(throws: (any Error).self) { try directory.readFailure() }
  }

  @Test func aResultAppearsOnlyWhole() throws {
    let result = try directory.makeResultFolder().text
    try Data("x".utf8).write(to: URL(filePath: result + "/cat.png"))
    #expect(!FileManager.default.fileExists(atPath: directory.resultPath.text))
    _ = try directory.makeResultFolder()
    #expect(try FileManager.default.contentsOfDirectory(atPath: result).isEmpty)
    try Data("y".utf8).write(to: URL(filePath: result + "/cat.png"))
    try directory.commitResult()
    #expect(FileManager.default.contents(atPath: directory.resultPath.text + "/cat.png") == Data("y".utf8))
    #expect(!FileManager.default.fileExists(atPath: result))
  }

  @Test func onlyOneDaemonServesAnOutbox() throws {
    let spool = Spool(outbox: Path(folder.path("outbox")))
    #expect(!spool.isServed)
    let lock = try spool.lock()
    #expect(spool.isServed)
    #expect(throws: FileLockedError.self) { _ = try spool.lock() }
    _ = consume lock
    #expect(!spool.isServed)
  }

  @Test func lackOfSpaceIsSaid() throws {
    let spool = Spool(outbox: Path(folder.path))
    #expect(spool.lackOfSpace(leastBytes: 0) == nil)
    #expect(spool.lackOfSpace(leastBytes: .max)?.contains("no job is started until there is room") == true)
  }

  /// A job that was claimed when there was one picture of each kind and settings were in their file alone.
  @Test func aRecordOfBeforeIsRead() throws {
    let text = """
      {"id": "1-a", "name": "cat", "state": "claiming", "attempt": 0, "priority": 3, "claimedAt": "2026-11-25T10:00:00.000Z",
       "inputs": {"content": "inputs/cat.jpg", "style": "inputs/auvers.style.jpg", "settings": "inputs/cat.yaml"},
       "style": {"name": "auvers", "isNamed": true}, "message": "no good", "advice": "try another",
       "moves": [{"source": "cat.jpg", "destination": "inputs/cat.jpg", "kind": "file",
                  "identity": {"device": 1, "inode": 2, "sizeBytes": 3, "modified": 4, "changed": 5}}]}
      """
    try FileSystem.makeFolders(directory.path)
    try FileSystem.replace(directory.path.appending("job.json"), with: Array(text.utf8))
    let record = try directory.readRecord()
    #expect(record.inputs.files(.content) == ["inputs/cat.jpg"] && record.settings == nil && record.priority == 3)
    #expect(
      record.inputs.pictures[.style]
        == [JobInput(file: "inputs/auvers.style.jpg", style: StyleUse(StyleName(sanitising: "auvers"), isNamed: true))])
    #expect(record.claim?.moves.map(\.destination) == ["inputs/cat.jpg"])
    #expect(record.claim?.fault == JobFault("no good", advice: "try another"))
    try directory.write(record)
    #expect(try directory.readRecord() == record)
  }

  /// Then the worker reads the job's file again.
  @Test func settingsOfAnotherVersionAreNoDamage() throws {
    var record = JobRecord(id: "1-a", name: "cat", inputs: JobInputs())
    record.settings = RecordedSettings(Settings())
    try FileSystem.makeFolders(directory.path)
    try directory.write(record)
    #expect(try directory.readRecord().settings?.value == Settings())
    let path = directory.path.appending("job.json")
    let text = String(decoding: try FileSystem.contents(path) ?? [], as: UTF8.self)
    try FileSystem.replace(path, with: Array(text.replacing("\"photos\"", with: "\"contents\"").utf8))
    let other = try directory.readRecord()
    #expect(other.name == "cat" && other.settings?.value == nil)
    try directory.write(other)
    #expect(try directory.readRecord().settings?.value == nil)
  }
}
