internal import Files
package import Foundation
package import Jobs

// Whoever may write into the doorbell's folder, and nowhere else, can ask the daemon by a file there, and finds the answer beside it.
//
// | in `outbox/.jobs/doorbell` | whose |
// |---|---|
// | `wish-ID.json` | the asker's; the daemon removes it when the answer is there |
// | `answer-ID.json` | the daemon's; the asker removes it when it is read, otherwise the daemon after a minute |
extension Spool {
  private static let longestBytes = 4096
  /// As many as are heard at a time.
  private static let mostWishes = 100
  /// Nobody waits for so long.
  private static let patience: Duration = .seconds(60)

  /// Leaves a wish for the daemon.
  ///
  /// - Returns: by which its answer is known.
  /// - Throws: a `FileError`.
  package func leave(_ wish: Wish) throws -> String {
    let id = String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
    // Nobody gets at it who may not enter the folder.
    try FileSystem.replace(Self.file("wish", id, in: doorbell), with: JSON.encode(wish), .volatile, isForAll: true)
    return id
  }

  /// Takes the answer to a wish; nil while there is none.
  package func takeAnswer(to id: String) -> WishAnswer? {
    let file = Self.file("answer", id, in: doorbell)
    guard let answer: WishAnswer = try? JSONFile.read(file) else { return nil }
    try? FileSystem.remove(file)
    return answer
  }

  /// Takes a wish back that nobody has heard.
  package func withdraw(_ id: String) { try? FileSystem.remove(Self.file("wish", id, in: doorbell)) }

  /// Has each wish answered. Those whose askers have gone are dropped.
  package func answerWishes(now: Date = .now, by answer: (Wish) -> WishAnswer) {
    let names = ((try? doorbell.names()) ?? []).filter { $0.text?.hasSuffix(".json") == true }
    for name in names where name.text?.hasPrefix("answer-") == true && isOld(name, now) { forget(name) }
    for name in names.filter({ $0.text?.hasPrefix("wish-") == true }).prefix(Self.mostWishes) {
      let id = String((name.text ?? "").dropFirst("wish-".count).dropLast(".json".count))
      if !isOld(name, now) {
        let answer = read(name).map(answer) ?? WishAnswer(isGranted: false, "the wish cannot be read")
        try? FileSystem.replace(
          Self.file("answer", id, in: doorbell), with: (try? JSON.encode(answer)) ?? [], .volatile, isForAll: true)
      }
      forget(name)
    }
  }

  private static func file(_ kind: String, _ id: String, in folder: Path) -> Path {
    folder.appending("\(kind)-\(id).json")
  }

  private func read(_ name: FileName) -> Wish? {
    let bytes = (try? FileSystem.contents(doorbell.appending(name), limitBytes: Self.longestBytes)) ?? nil
    return bytes.flatMap { try? JSON.decode(Wish.self, from: $0) }
  }

  private func isOld(_ name: FileName, _ now: Date) -> Bool {
    guard let status = FileStatus(doorbell.appending(name)) else { return true }
    return now.timeIntervalSince(status.identity.modificationDate) > Self.patience / .seconds(1)
  }

  private func forget(_ name: FileName) { try? FileSystem.remove(doorbell.appending(name)) }
}
