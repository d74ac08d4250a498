import Inbox
import Files
import Testing

@Suite struct WatcherMessageTests {
  private func message(_ text: String) -> WatcherMessage? { WatcherMessage(Array(text.utf8)) }

  @Test func everyWordIsKnown() {
    #expect(message("watching /in box") == .watching(Path("/in box")))
    #expect(message("complete /inbox/a b") == .complete(Path("/inbox/a b")))
    #expect(message("gone /inbox") == .gone(Path("/inbox")))
    #expect(message("changed /inbox/a") == .changed)
    #expect(message("overflow") == .changed)
    #expect(message("beat") == .beat)
  }

  @Test func theReasonOfARefusalFollowsTheLastColon() {
    #expect(message("refused /a: b: No such file or directory") == .refused(Path("/a: b")))
  }

  @Test(arguments: ["", "later words", " ", "complet /a"]) func whatALaterVersionSaysIsSkipped(line: String) {
    #expect(message(line) == nil)
  }

  @Test(arguments: [1, 2, 3, 7, 100]) func linesAreFoundInPiecesOfAnySize(bytes: Int) throws {
    let stream = Array("beat\0complete /inbox/new\nline \u{E9}\0overflow\0".utf8)
    var lines = WatcherLines()
    var messages: [WatcherMessage] = []
    for start in stride(from: 0, to: stream.count, by: bytes) {
      messages += try lines.append(stream[start..<min(start + bytes, stream.count)])
    }
    #expect(messages == [.beat, .complete(Path("/inbox/new\nline \u{E9}")), .changed])
  }

  @Test func whatNeverEndsIsNoLine() throws {
    var lines = WatcherLines()
    #expect(throws: WatcherLines.TooLong.self) {
      for _ in 0..<100 { _ = try lines.append([UInt8](repeating: 1, count: 1000)) }
    }
  }
}
