import Files
import Foundation
import Jobs
import Spool
import Testing

/// Photos that are taken one by one out of a folder, and styles that come from the library.
@Suite struct PhotosClaimTests {
  private let test: TestSpool

  init() throws {
    test = try TestSpool()
    try test.drop("trip/a.jpg", "trip/b.jpg", "trip/settings.yaml")
  }

  private func move(_ name: String, _ kind: ClaimPlan.Move.Kind) throws -> ClaimPlan.Move {
    var move = try test.move("trip/\(name)", kind, to: "inputs/\(name)")
    move.source = FileName(name)
    move.folder = Path("trip")
    return move
  }

  private func first() throws -> ClaimPlan {
    ClaimPlan(
      name: "trip-a", inputs: .init(content: "inputs/a.jpg", settings: "inputs/settings.yaml"),
      moves: [try move("settings.yaml", .copy), try move("a.jpg", .file)])
  }

  private func last(_ pictures: String...) throws -> ClaimPlan {
    var move = try test.move("trip", .folder, to: "inputs")
    move.names = (pictures + ["settings.yaml"]).map { FileName($0) }
    return ClaimPlan(name: "trip-b", inputs: .init(content: "inputs/b.jpg"), moves: [move])
  }

  @Test func aPhotoLeavesTheFolderAndTheLastTakesIt() throws {
    let job = try test.spool.claim(first(), from: Path(test.inbox))
    #expect(job.record.state == .queued)
    #expect(test.files(in: "inbox") == ["trip/b.jpg", "trip/settings.yaml"])
    #expect(try Path(job.directory.inputsPath.text).names().map(\.description) == ["a.jpg", "settings.yaml"])
    let other = try test.spool.claim(last("b.jpg"), from: Path(test.inbox))
    #expect(try Path(other.directory.inputsPath.text).names().map(\.description) == ["b.jpg", "settings.yaml"])
    #expect(try Path(test.inbox).names().isEmpty)
  }

  /// It came after the look, and is to be a job of its own.
  @Test func aFolderWithAnotherPhotoStays() throws {
    let plan = try last("b.jpg")
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(test.files(in: "inbox") == ["trip/a.jpg", "trip/b.jpg", "trip/settings.yaml"])
    #expect(test.jobDirectories.isEmpty)
  }

  /// rsync is about to give it its name, which it can do in this place only.
  @Test(arguments: [ClaimPlan.Move.Kind.folder, .folderWithInputs])
  func aFolderIntoWhichAFileIsComingStays(kind: ClaimPlan.Move.Kind) throws {
    let place = kind == .folder ? "trip" : "trip/inputs"
    try test.drop("\(place)/a.jpg", "\(place)/b.jpg", "\(place)/settings.yaml", "\(place)/.zoo.jpg.Xa81bQ")
    var plan = try last("a.jpg", "b.jpg")
    plan.moves[0].kind = kind
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    try FileSystem.rename(
      Path(test.inbox + "/\(place)/.zoo.jpg.Xa81bQ"), Path(test.inbox + "/\(place)/zoo.jpg"))
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aLinkInPlaceOfTheFolderIsNotFollowed() throws {
    let plan = try first()
    try FileManager.default.moveItem(atPath: test.inbox + "/trip", toPath: test.folder.path("elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: test.inbox + "/trip", withDestinationPath: test.folder.path("elsewhere"))
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(try Path(test.folder.path("elsewhere")).names().count == 3)
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func troubleWithAPhotoNamesItByItsPlace() throws {
    var plan = try first()
    plan.moves[1].destination = "nowhere/a.jpg"
    let error = #expect(throws: FileError.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(error?.description == test.inbox + "/trip/a.jpg: rename: No such file or directory")
    #expect(test.files(in: "inbox") == ["trip/a.jpg", "trip/b.jpg", "trip/settings.yaml"])
  }

  /// A claim cut off after each of its steps, with the folder still there or not.
  @Test(arguments: 0...2, [true, false]) func aCutOffClaimEndsInOnePlace(steps: Int, hasFolder: Bool) throws {
    let plan = try first()
    let directory = JobDirectory(Path(test.spool.outbox.text + "/.jobs/1-test"))
    try FileManager.default.createDirectory(atPath: directory.inputsPath.text, withIntermediateDirectories: true)
    var record = JobRecord(id: "1-test", name: plan.name, inputs: plan.inputs, state: .claiming)
    record.claim = JobRecord.Claim(moves: plan.moves, fault: nil)
    try directory.write(record)
    if steps > 0 {
      try FileSystem.copy(Path(test.inbox + "/trip/settings.yaml"), Path(directory.inputsPath.text + "/settings.yaml"))
    }
    if steps > 1 { try FileSystem.rename(Path(test.inbox + "/trip/a.jpg"), Path(directory.inputsPath.text + "/a.jpg")) }
    if !hasFolder { try FileSystem.remove(Path(test.inbox + "/trip")) }
    let jobs = try test.spool.recover(inbox: Path(test.inbox)).jobs
    #expect(jobs.map(\.record.state) == (hasFolder || steps == 2 ? [.queued] : []))
    let photos = (test.files(in: "inbox") + test.files(in: "outbox")).filter { $0.hasSuffix("a.jpg") }
    #expect(photos.count == (hasFolder || steps == 2 ? 1 : 0))
  }

  /// Its settings have gone, so it cannot be a job, and its folder has gone, so it cannot go back.
  @Test func aPhotoWithoutFolderIsPublishedAsFailed() throws {
    let plan = try first()
    let directory = JobDirectory(Path(test.spool.outbox.text + "/.jobs/1-test"))
    try FileManager.default.createDirectory(atPath: directory.inputsPath.text, withIntermediateDirectories: true)
    var record = JobRecord(id: "1-test", name: plan.name, inputs: plan.inputs, state: .claiming)
    record.claim = JobRecord.Claim(moves: plan.moves, fault: nil)
    try directory.write(record)
    try FileSystem.rename(Path(test.inbox + "/trip/a.jpg"), Path(directory.inputsPath.text + "/a.jpg"))
    try FileSystem.remove(Path(test.inbox + "/trip"))
    #expect(try test.recoverAndPublish() == ["trip-a.failed"])
    #expect(test.files(in: "outbox/trip-a.failed/inputs") == ["a.jpg"])
  }

  @Test func aStyleIsCopiedFromTheLibrary() throws {
    try test.drop("../styles/auvers/original.jpg")
    var move = try test.move("../styles/auvers/original.jpg", .copy, to: "inputs/auvers.style.jpg")
    move.source = FileName("original.jpg")
    move.folder = Path(test.folder.path("styles/auvers"))
    var plan = try first()
    plan.moves.append(move)
    let style = StyleUse(StyleName(sanitising: "auvers"), isNamed: true)
    plan.inputs.pictures[.style] = [JobInput(file: Path(move.destination), style: style)]
    let job = try test.spool.claim(plan, from: Path(test.inbox))
    let taken = try job.directory.readRecord().inputs.pictures
    #expect(taken.map(\.file) == plan.inputs.pictures.map(\.file) && taken[.style].map(\.style) == [style])
    #expect(taken[.style].allSatisfy { $0.identity?.sizeBytes ?? 0 > 0 })
    try FileManager.default.removeItem(atPath: test.folder.path("styles"))
    #expect(FileManager.default.fileExists(atPath: job.directory.path.text + "/inputs/auvers.style.jpg"))
  }

  /// Once a copy went into the inbox with the folder that it was given to.
  @Test func whatWasCopiedDoesNotGoBackWithTheFolder() throws {
    try test.drop("auvers.jpg")
    var plan = try last("a.jpg", "b.jpg")
    plan.moves.append(try test.move("auvers.jpg", .copy))
    plan.moves.append(try test.move("auvers.jpg", .copy, to: "inputs/other.jpg"))
    plan.moves[2].identity.inode += 1
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(test.files(in: "inbox") == ["auvers.jpg", "trip/a.jpg", "trip/b.jpg", "trip/settings.yaml"])
    #expect(test.jobDirectories.isEmpty)
  }
}
