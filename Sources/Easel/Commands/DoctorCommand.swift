import ArgumentParser
import Doctor
import Files
import Foundation
import Service

/// Says what is wrong with a set-up, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at folders, rights, watcher, disk, memory, processor, weights, service and clock.",
    discussion: """
      For each it says whether it is as it should be and, where not, what to do. Nothing is changed. Without options it looks at the \
      service that is installed, where there is one and no inbox in the folder here. The exit code is 1 where something does not work.
      """)

  @OptionGroup var folders: FolderOptions

  @Option(name: .customLong("for"), help: "A user who is to drop files into the inbox (default: who runs this).")
  var dropper: String?

  @Option(help: "The user that the daemon runs as (default: the service's user easel, or who runs this).")
  var serviceUser: String?

  @Flag(help: "Print JSON.")
  var json = false

  private static let installed: Path = "/etc/easel/easel.yaml"

  func run() async throws {
    var folders = folders
    if folders.areDefaults, FileStatus("./inbox") == nil, FileStatus(Self.installed) != nil {
      folders.config = Self.installed
    }
    let doctor = Doctor(
      try folders.configuration(), service: try service(folders), dropper: try person(dropper ?? ownDropper))
    let findings = await doctor.findings()
    print(json ? try JSON.text(findings) : findings.text)
    if !findings.areGood { throw ExitCode.failure }
  }

  /// Root drops no files, but whoever has become root may.
  private var ownDropper: String? {
    ProcessInfo.processInfo.environment["SUDO_USER"] ?? (geteuid() == 0 ? nil : Person.current.name)
  }

  private func service(_ folders: FolderOptions) throws -> Person {
    if let serviceUser { return try person(serviceUser)! }
    let isInstalled = folders.config == Self.installed
    return isInstalled ? Person(named: "easel") ?? .current : .current
  }

  private func person(_ name: String?) throws -> Person? {
    guard let name else { return nil }
    guard let person = Person(named: name) else { throw ValidationError("there is no user '\(name)' on this machine") }
    return person
  }
}

extension FolderOptions {
  fileprivate var areDefaults: Bool {
    inbox == nil && outbox == nil && cache == nil && styles == nil && config == nil
  }
}
