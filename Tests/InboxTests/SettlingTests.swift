import Files
import Inbox
import Jobs
import Testing

@Suite struct SettlingTests {
  private let path = Path("/inbox/cat.jpg")

  private func identity(size: Int64 = 10, modified: Int64 = 0, changed: Int64 = 0, inode: UInt64 = 1) -> FileIdentity {
    FileIdentity(device: 1, inode: inode, sizeBytes: size, modified: modified, changed: changed)
  }

  /// Looks at a file at the given seconds; returns the second of the look at which it had settled.
  private func settles(_ looks: [(second: Double, identity: FileIdentity, isAnnounced: Bool)]) -> Double? {
    var settling = Settling(announced: .seconds(1), unannounced: .seconds(3))
    for look in looks {
      let settledAt = settling.look(at: path, look.identity, isAnnounced: look.isAnnounced, now: .seconds(look.second))
      if settledAt != nil { return look.second }
    }
    return nil
  }

  @Test func oneLookIsNotEnough() {
    #expect(settles([(0, identity(), true)]) == nil)
  }

  @Test func aClosedFileSettlesAfterASecond() {
    #expect(settles([(0, identity(), true), (0.9, identity(), false)]) == nil)
    #expect(settles([(0, identity(), true), (1, identity(), false)]) == 1)
  }

  @Test func anUnannouncedFileTakesLonger() {
    #expect(settles([(0, identity(), false), (2.9, identity(), false)]) == nil)
    #expect(settles([(0, identity(), false), (3, identity(), false)]) == 3)
  }

  @Test(arguments: [
    FileIdentity(device: 1, inode: 1, sizeBytes: 11, modified: 0, changed: 0),
    FileIdentity(device: 1, inode: 1, sizeBytes: 10, modified: 1, changed: 0),
    FileIdentity(device: 1, inode: 1, sizeBytes: 10, modified: 0, changed: 1),
    FileIdentity(device: 1, inode: 2, sizeBytes: 10, modified: 0, changed: 0),
    FileIdentity(device: 2, inode: 1, sizeBytes: 10, modified: 0, changed: 0),
  ])
  func anyChangeStartsAnew(changed: FileIdentity) {
    #expect(settles([(0, identity(), true), (0.5, changed, false), (3.25, changed, false)]) == nil)
    #expect(settles([(0, identity(), true), (0.5, changed, false), (3.5, changed, false)]) == 3.5)
  }

  @Test func aSlowWriterNeverSettlesWhileItWrites() {
    let looks = (0..<20).map { (second: Double($0) * 2, identity: identity(size: Int64($0)), isAnnounced: false) }
    #expect(settles(looks) == nil)
  }

  @Test func aReopeningWriterStartsAnew() {
    // Scanners close a file, open it again seconds later and change nothing but the end.
    var settling = Settling(announced: .seconds(1), unannounced: .seconds(3))
    _ = settling.look(at: path, identity(), isAnnounced: true, now: .seconds(0))
    #expect(settling.look(at: path, identity(), isAnnounced: false, now: .seconds(1)) != nil)
    #expect(settling.look(at: path, identity(), isAnnounced: true, now: .seconds(2)) == nil)
    #expect(settling.look(at: path, identity(), isAnnounced: false, now: .seconds(3)) == .seconds(3))
  }

  @Test func theNextLookIsWhenAFileCanSettle() {
    var settling = Settling(announced: .seconds(1), unannounced: .seconds(3))
    #expect(settling.nextLook == nil)
    _ = settling.look(at: path, identity(), isAnnounced: false, now: .seconds(5))
    #expect(settling.nextLook == .seconds(8))
    _ = settling.look(at: Path("/inbox/b"), identity(), isAnnounced: true, now: .seconds(6))
    #expect(settling.nextLook == .seconds(7))
    settling.keep([])
    #expect(settling.nextLook == nil)
  }

  @Test func someFilesDeserveMoreTime() {
    var settling = Settling(announced: .seconds(1), unannounced: .seconds(3))
    _ = settling.look(at: path, identity(size: 0), isAnnounced: true, now: .zero, leastPause: .seconds(10))
    #expect(
      settling.look(at: path, identity(size: 0), isAnnounced: false, now: .seconds(9), leastPause: .seconds(10)) == nil)
    #expect(
      settling.look(at: path, identity(size: 0), isAnnounced: false, now: .seconds(10), leastPause: .seconds(10)) != nil
    )
  }

  @Test func lateLooksDoNotHurry() {
    // The first look starts the clock, whatever the times of the file say.
    #expect(settles([(100, identity(modified: .max, changed: .min), false), (102, identity(), false)]) == nil)
  }
}
