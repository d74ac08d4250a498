import Files
import Foundation
import Jobs
import Spool
import TestSupport
import Testing

/// What is asked of the daemon through files.
struct WishTests {
  private let folder: TemporaryFolder
  private let spool: Spool

  init() throws {
    folder = try TemporaryFolder()
    spool = Spool(outbox: Path(folder.path("outbox")))
    _ = try spool.lock()
  }

  private var names: [String] { get throws { try spool.doorbell.names().map(\.description) } }

  @Test func aWishIsHeardOnceAndItsAnswerTakenOnce() throws {
    let wish = Wish(.priority, "cat", priority: 5)
    let id = try spool.leave(wish)
    #expect(spool.takeAnswer(to: id) == nil)
    var heard: [Wish] = []
    for _ in 0..<2 {
      spool.answerWishes {
        heard.append($0)
        return WishAnswer(isGranted: true, "so it is")
      }
    }
    #expect(heard == [wish])
    #expect(spool.takeAnswer(to: id) == WishAnswer(isGranted: true, "so it is"))
    #expect(spool.takeAnswer(to: id) == nil)
    #expect(try names == [])
  }

  @Test func whoseAskerHasGoneIsDropped() throws {
    let id = try spool.leave(Wish(.cancel, "cat"))
    spool.answerWishes(now: .now + 120) { _ in
      Issue.record("nobody waits for it")
      return WishAnswer(isGranted: true, "")
    }
    #expect(try names == [])
    let other = try spool.leave(Wish(.hold, "cat"))
    spool.answerWishes { _ in WishAnswer(isGranted: false, "no job is called cat") }
    spool.answerWishes(now: .now + 120) { _ in WishAnswer(isGranted: true, "") }
    #expect(spool.takeAnswer(to: id) == nil && spool.takeAnswer(to: other) == nil)
    #expect(try names == [])
  }

  @Test func whatIsNoWishIsAnsweredAndDoesNoHarm() throws {
    let outside = try folder.write("{\"action\": \"cancel\", \"name\": \"cat\"}".utf8, to: "outside.json")
    try FileManager.default.createSymbolicLink(
      atPath: spool.doorbell.text + "/wish-link.json", withDestinationPath: outside)
    for (name, text) in [("empty", ""), ("other", "{\"action\": \"fly\", \"name\": \"cat\"}"), ("list", "[]")] {
      try Data(text.utf8).write(to: URL(filePath: spool.doorbell.text + "/wish-\(name).json"))
    }
    try Data(repeating: 32, count: 5000).write(to: URL(filePath: spool.doorbell.text + "/wish-long.json"))
    spool.answerWishes { _ in
      Issue.record("none of these is a wish")
      return WishAnswer(isGranted: true, "")
    }
    for name in ["link", "empty", "other", "list", "long"] {
      #expect(spool.takeAnswer(to: name) == WishAnswer(isGranted: false, "the wish cannot be read"), "\(name)")
    }
    #expect(try names == [] && FileManager.default.fileExists(atPath: outside))
  }
}
