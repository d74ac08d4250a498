import Foundation
import Testing

extension IntakeCase {
  /// Long enough for a writer to be held up on a busy machine without being taken for done.
  private static let patient = "settle: 1s"

  /// Programs that take their time over a file.
  static let writers: [IntakeCase] = [
    IntakeCase(
      name: "a slow writer", settings: patient,
      act: { daemon in
        try dropRest(daemon)
        try await write(daemon, expecting: 15) { file, _ in try file.write(contentsOf: chunk) }
      },
      check: { expectWhole($0, chunks: 15) }),
    IntakeCase(
      name: "a writer that opens the file again", settings: patient,
      act: { daemon in
        try dropRest(daemon)
        try daemon.drop("", as: "cat.content.jpg")
        for _ in 0..<8 {
          let file = try FileHandle(forWritingTo: URL(filePath: daemon.inbox + "/cat.content.jpg"))
          try file.seekToEnd()
          try file.write(contentsOf: chunk)
          try file.close()
          try await Task.sleep(for: .milliseconds(100))
          #expect(daemon.published.isEmpty && daemon.records.isEmpty)
        }
      },
      check: { expectWhole($0, chunks: 8) }),
    IntakeCase(
      name: "a writer that gives the file its full size first", settings: patient,
      act: { daemon in
        try dropRest(daemon)
        try await write(daemon, expecting: 15) { file, number in
          if number == 0 { try file.truncate(atOffset: UInt64(15 * chunk.count)) }
          try file.seek(toOffset: UInt64(number * chunk.count))
          try file.write(contentsOf: chunk)
        }
      },
      check: { expectWhole($0, chunks: 15) }),
    IntakeCase(
      name: "zero bytes first",
      act: { daemon in
        for name in ["cat.content.jpg", "cat.style.jpg"] { try daemon.drop("", as: name) }
        try daemon.drop("size: 64", as: "cat.yaml")
        try await Task.sleep(for: .milliseconds(500))
        #expect(daemon.published.isEmpty && daemon.records.isEmpty)
        for name in ["cat.content.jpg", "cat.style.jpg"] {
          // Not atomically, which would replace the file.
          let file = try FileHandle(forWritingTo: URL(filePath: daemon.inbox + "/" + name))
          try file.write(contentsOf: chunk)
          try file.close()
        }
      },
      check: { expectWhole($0, chunks: 1) }),
  ]

  private static let chunk = Data(repeating: 7, count: 100)

  private static func dropRest(_ daemon: TestDaemon) throws {
    try daemon.drop("painting", as: "cat.style.jpg")
    try daemon.drop("size: 64", as: "cat.yaml")
  }

  /// Writes the photo bit by bit into a file that stays open. Nothing may be taken on the way.
  private static func write(
    _ daemon: TestDaemon, expecting count: Int, _ body: (FileHandle, Int) throws -> Void
  ) async throws {
    let path = daemon.inbox + "/cat.content.jpg"
    try #require(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    for number in 0..<count {
      try body(file, number)
      try await Task.sleep(for: .milliseconds(100))
      #expect(daemon.published.isEmpty && daemon.records.isEmpty)
    }
    try file.close()
  }

  private static func expectWhole(_ daemon: TestDaemon, chunks: Int) {
    let photo = FileManager.default.contents(atPath: daemon.outbox + "/cat/inputs/cat.content.jpg")
    #expect(photo == Data(repeating: 7, count: chunks * chunk.count))
  }
}
