import ArgumentParser
import Foundation
import Inbox
import Status

/// Shows what waits, runs, is done and has failed. Works without a daemon too: all is read from the disk.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the jobs: waiting (for which file), queued, running, done, failed.")

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Go on, and print again whenever something changes. Stop with ctrl-C.")
  var follow = false

  func run() async throws {
    var last = ""
    repeat {
      let configuration = try folders.configuration()
      let report = try StatusReport(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
      let text = try json ? report.json : report.text
      if text != last { print(last.isEmpty || json ? text : "\n" + text) }
      fflush(nil)
      last = text
      if follow { try await Task.sleep(for: .seconds(1)) }
    } while follow
  }
}
