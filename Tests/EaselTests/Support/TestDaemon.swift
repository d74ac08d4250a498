import Files
import Foundation
import Jobs
import Spool
import Synchronization
import Testing

/// `easel watch`, the built program, over an inbox, an outbox and a cache of its own, with short times. Unless it is told
/// otherwise its worker only pretends to paint, see `FakeWorker`.
final class TestDaemon: Sendable {
  let folder: TemporaryFolder
  /// Holds `inbox`, `outbox`, `cache` and `styles`, and nothing else.
  let box: String
  private let arguments: [String]
  private let environment: [String: String]
  private let wrapper: [String]
  private let running = Mutex<RunningProgram?>(nil)

  /// - Parameter settings: lines of the configuration, which take the place of the short times.
  init(
    settings: String = "", hasFakeWorker: Bool = true, wrapper: [String] = [],
    environment: (_ folder: String, _ box: String) throws -> [String: String] = { _, _ in [:] }
  ) throws {
    folder = try TemporaryFolder()
    box = folder.path + "/box"
    for name in ["inbox", "outbox", "cache", "styles"] {
      try FileManager.default.createDirectory(atPath: "\(box)/\(name)", withIntermediateDirectories: true)
    }
    try folder.write(Self.configuration(settings), to: "easel.yaml")
    var arguments = ["watch", "--config", folder.path + "/easel.yaml"]
    for name in ["inbox", "outbox", "cache", "styles"] { arguments += ["--\(name)", "\(box)/\(name)"] }
    if hasFakeWorker { arguments += ["--worker", try FakeWorker.write(to: folder)] }
    self.arguments = arguments
    self.wrapper = wrapper
    self.environment = try environment(folder.path, box)
  }

  private static func configuration(_ settings: String) -> String {
    let short = [
      "settle": "60ms", "sidecar_grace": "400ms", "rescan_interval": "1h", "polling": "off",
      "polling_interval": "200ms", "retry_delay": "50ms", "min_free_space": "0",
    ]
    let own = settings.split(separator: "\n").map(String.init)
    let rest = short.filter { key, _ in !own.contains { $0.hasPrefix(key + ":") } }
    return (own + rest.map { "\($0): \($1)" }).joined(separator: "\n") + "\n"
  }

  var inbox: String { box + "/inbox" }
  var outbox: String { box + "/outbox" }
  var spool: Spool { Spool(outbox: Path(outbox)) }
  var program: RunningProgram { running.withLock { $0! } }
  var isRunning: Bool { running.withLock { $0?.isRunning ?? false } }

  /// Starts the program, and waits until it watches.
  func start() async throws {
    try launch()
    try await wait(for: "the daemon to watch") { program.errors.contains("watching") }
  }

  func launch() throws {
    let program = try RunningProgram(arguments, in: folder.path, environment: environment, wrapper: wrapper)
    running.withLock { $0 = program }
  }

  /// Stops it as systemd does.
  @discardableResult func stop() async -> RunningProgram.Ending {
    program.send(SIGTERM)
    return await program.ending()
  }

  func wait(
    for what: String, limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () throws -> Bool
  ) async throws {
    try await program.wait(for: what, limit: limit, sourceLocation: sourceLocation, until: condition)
  }

  /// Waits until nothing but these folders is in the outbox, and no job in the spool.
  func waitUntilPublished(
    _ names: [String], limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await wait(for: "\(names) in the outbox", limit: limit, sourceLocation: sourceLocation) {
      try published == names.sorted() && spool.directories().isEmpty
    }
  }
}

// What is where.
extension TestDaemon {
  /// Names in the outbox, sorted.
  var published: [String] { folder.names(in: "box/outbox").filter { $0 != ".jobs" } }

  /// Names in the inbox as the kernel has them, written as Easel does for people.
  var left: [String] { ((try? Path(inbox).names()) ?? []).map(\.description).sorted() }

  var calls: [String] { (folder.text("calls") ?? "").split(separator: "\n").map(String.init) }

  /// The records of the jobs in the spool.
  var records: [JobRecord] { ((try? spool.directories()) ?? []).compactMap { try? $0.readRecord() } }

  func text(_ name: String) -> String? { folder.text("box/" + name) }

  /// All that is in the box, by paths from there. Foundation's listing misses files that stay while others come and go.
  var paths: [String] {
    func below(_ folder: Path, _ prefix: String) -> [String] {
      ((try? folder.names()) ?? []).flatMap { name in
        let path = folder.appending(name)
        let isFolder = FileStatus(path)?.kind == .folder
        return [prefix + name.description] + (isFolder ? below(path, prefix + name.description + "/") : [])
      }
    }
    return below(Path(box), "")
  }

  /// Files that were only on their way to another name.
  var temporaries: [String] {
    paths.filter { path in
      let name = path.split(separator: "/").last ?? ""
      return name != ".jobs" && name != ".lock"
        && (name.hasPrefix(".") || name.hasSuffix(".new") || name.hasSuffix(".tmp"))
    }
  }

  /// Writes a file into the inbox, in one go.
  func drop(_ text: String, as name: String) throws { try folder.write(text, to: "box/inbox/" + name) }

  /// Drops a whole job: each file holds its own name.
  func drop(job name: String, settings: String? = "size: 64") throws {
    try drop("\(name).content.jpg", as: "\(name).content.jpg")
    try drop("\(name).style.jpg", as: "\(name).style.jpg")
    if let settings { try drop(settings, as: "\(name).yaml") }
  }
}
