import Foundation
import Testing

/// A Slurm cluster on this machine, of nodes n1, n2, ... with a processor each; see `Scripts/test-cluster.sh`.
final class TestCluster: Sendable {
  private static let script = "\((#filePath as NSString).deletingLastPathComponent)/../../../Scripts/test-cluster.sh"

  static let isAvailable = ["slurmctld", "slurmd", "munged", "sbatch"].allSatisfy { program in
    ["/usr/sbin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
  }

  /// Its own, so that it is still there when the cluster is stopped.
  private let parent: TemporaryFolder
  let folder: String
  private let calls: String

  /// - Parameters:
  ///   - configuration: more lines of slurm.conf, with `FOLDER` for that of the cluster.
  ///   - hidden: by numbers of nodes, folders that these do not see.
  init(nodes: Int = 4, configuration: [String] = [], hidden: [Int: String] = [:]) throws {
    parent = try TemporaryFolder()
    let parent = self.parent.path
    folder = parent + "/c"
    calls = parent + "/calls"
    try FileManager.default.createDirectory(atPath: parent + "/bin", withIntermediateDirectories: true)
    for program in ["sbatch", "squeue", "scancel"] {
      let path = parent + "/bin/" + program
      try "#!/bin/sh\necho \(program) \"$@\" >>'\(calls)'\nexec /usr/bin/\(program) \"$@\"\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      chmod(path, 0o755)
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for line in configuration {
      try write(line.replacing("FOLDER", with: folder) + "\n", to: "more.conf", adding: true)
    }
    for (node, path) in hidden { try write(path, to: "hidden-\(node)") }
    try run("start", "\(nodes)")
  }

  deinit { try? run("stop") }

  /// What a daemon must be started with.
  var environment: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return [
      "SLURM_CONF": folder + "/slurm.conf", "PATH": parent.path + "/bin:" + path,
    ]
  }

  /// A program that Slurm runs.
  func write(script: String, to name: String) throws {
    try write("#!/bin/sh\n\(script)\n", to: name)
    chmod("\(folder)/\(name)", 0o755)
  }

  private func write(_ text: String, to name: String, adding: Bool = false) throws {
    let path = "\(folder)/\(name)"
    let before = adding ? (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" : ""
    try (before + text).write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// - Parameter part: `controller`, `munge`, `slurmd-2` or `node-2`.
  func kill(_ part: String) throws { try run("kill", part) }
  func revive(_ part: String) throws { try run("revive", part) }

  private func run(_ arguments: String...) throws {
    try Self.run("/bin/bash", [Self.script, folder] + arguments, [:])
  }

  /// One of Slurm's client programs.
  @discardableResult func client(_ program: String, _ arguments: String...) throws -> String {
    try Self.run("/usr/bin/" + program, arguments, ["SLURM_CONF": folder + "/slurm.conf"])
  }

  struct Failure: Error {
    let words: String
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String], _ environment: [String: String]) throws -> String {
    let output = FileManager.default.temporaryDirectory.appending(path: "cluster-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    guard process.terminationStatus == 0 else {
      throw Failure(words: "\(program) \(arguments): exit code \(process.terminationStatus): \(text)")
    }
    return text
  }

  /// How often the daemon has called a client program.
  func callCount(_ program: String) -> Int {
    let all = (try? String(contentsOfFile: calls, encoding: .utf8)) ?? ""
    return all.split(separator: "\n").count { $0.hasPrefix(program + " ") }
  }

  /// Seconds of processor time that the controller has used.
  var controllerSeconds: Double {
    get throws {
      let number = try String(contentsOfFile: folder + "/controller.pid", encoding: .utf8)
      return try ProcessorTime(of: Int32(number.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0).own
    }
  }

  /// The nodes on which jobs run now.
  var busyNodes: [String] {
    get throws {
      try client("squeue", "-h", "-t", "RUNNING", "-o", "%N").split(separator: "\n").map(String.init)
    }
  }
}
