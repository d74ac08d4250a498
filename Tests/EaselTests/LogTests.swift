import Service
import Foundation
import Logging
import Testing

@Suite struct LogTests {
  private let time = Date(timeIntervalSince1970: 1_700_000_000.25)

  @Test func aLineHasTimeLevelMessageAndDetails() {
    let line = LogLine(.info, "cat: running", [.init("attempt", "1"), .init("job", "17-abc")])
    #expect(line.text(.plain, at: time) == "2023-11-14T22:13:20.250Z info cat: running attempt=1 job=17-abc")
    #expect(line.text(.journal, at: time) == "<6>cat: running attempt=1 job=17-abc")
  }

  @Test(arguments: [
    (Logger.Level.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3), (.critical, 2),
  ])
  func journaldIsToldHowBadItIs(level: Logger.Level, priority: Int) {
    #expect(LogLine(level, "x").text(.journal, at: time) == "<\(priority)>x")
  }

  /// What people and programs name cannot make up lines of its own.
  @Test func aLineStaysOneLine() {
    let line = LogLine(
      .error, "a\nb\u{1b}[31m\r", [.init("left", "3 s"), .init("why", "said \"no\"\n"), .init("none", "")])
    #expect(line.text(.journal, at: time) == #"<3>a\nb?[31m? left="3 s" why="said \"no\"\n" none="""#)
  }

  @Test func repeatsAreCountedAndSaidAtTheEndOfTheWindow() {
    var filter = RepeatFilter(window: .seconds(60))
    let line = LogLine(.warning, "the disk is full")
    #expect(filter.admit(line, now: .seconds(100)) == [line])
    for second in 101..<104 { #expect(filter.admit(line, now: .seconds(second)).isEmpty) }
    let summary = LogLine(.warning, "the disk is full", [.init("left_out", "3")])
    #expect(filter.admit(line, now: .seconds(160)) == [summary, line])
    #expect(filter.rest().isEmpty)
  }

  @Test func otherLinesBringWhatIsOwed() {
    var filter = RepeatFilter(window: .seconds(60))
    let line = LogLine(.warning, "the disk is full")
    let other = LogLine(.info, "cat: queued")
    _ = filter.admit(line, now: .seconds(100))
    _ = filter.admit(line, now: .seconds(101))
    #expect(filter.admit(other, now: .seconds(102)) == [other])
    let summary = LogLine(.warning, "the disk is full", [.init("left_out", "1")])
    #expect(filter.admit(LogLine(.info, "cat: done"), now: .seconds(200)).first == summary)
  }

  @Test func theEndOfTheLogBringsTheRest() {
    var filter = RepeatFilter()
    let line = LogLine(.warning, "the disk is full")
    _ = filter.admit(line, now: .seconds(100))
    _ = filter.admit(line, now: .seconds(101))
    #expect(filter.rest() == [LogLine(.warning, "the disk is full", [.init("left_out", "1")])])
  }

  @Test func theRestComesInTheOrderInWhichItWasSaid() {
    var filter = RepeatFilter()
    let lines = (0..<20).map { LogLine(.info, "line \($0)") }
    for (second, line) in lines.enumerated() {
      for _ in 0..<2 { _ = filter.admit(line, now: .seconds(second)) }
    }
    #expect(filter.rest().map(\.message) == lines.map(\.message))
  }

  @Test func linesThatDifferInADetailAreNoRepeats() {
    var filter = RepeatFilter()
    for job in 0..<100 {
      let line = LogLine(.info, "cat: queued", [.init("job", "\(job)")])
      #expect(filter.admit(line, now: .seconds(100)) == [line])
    }
  }

  @Test func aJobMayGoToAndFro() {
    var filter = RepeatFilter()
    let held = LogLine(.info, "cat: held", [.init("job", "17-a")])
    let released = LogLine(.info, "cat: released", [.init("job", "17-a")])
    for line in [held, released, held] { #expect(filter.admit(line, now: .seconds(100)) == [line]) }
    #expect(filter.admit(held, now: .seconds(100)).isEmpty)
    #expect(filter.admit(LogLine(.info, "all well"), now: .seconds(101)).count == 1)
    #expect(filter.admit(held, now: .seconds(102)).isEmpty)
    let summary = LogLine(.info, "cat: held", [.init("job", "17-a"), .init("left_out", "2")])
    #expect(filter.admit(released, now: .seconds(103)) == [released])
    #expect(filter.rest() == [summary])
  }

  @Test func theJournalIsKnownByItsStream() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "log")
    let file = open(folder.path + "/log", O_WRONLY)
    defer { close(file) }
    var status = stat()
    fstat(file, &status)
    #expect(LogStream.isJournal(file, "\(status.st_dev):\(status.st_ino)"))
    #expect(!LogStream.isJournal(file, "\(status.st_dev):\(status.st_ino + 1)"))
    #expect(!LogStream.isJournal(file, nil))
  }

  @Test func theHandlerWritesLines() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "log")
    let file = open(folder.path + "/log", O_WRONLY)
    defer { close(file) }
    let stream = LogStream(file, .journal)
    let logger = Logger(label: "x") { _ in LineLogHandler(stream) }
    logger.debug("not said")
    logger.info("cat: running", metadata: ["threads": "2", "attempt": "1"])
    logger.info("cat: running", metadata: ["threads": "2", "attempt": "1"])
    stream.close()
    #expect(
      folder.text("log") == "<6>cat: running attempt=1 threads=2\n<6>cat: running attempt=1 threads=2 left_out=1\n")
  }
}
