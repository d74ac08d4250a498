import ArgumentParser
import Files
import Foundation
import Inbox
import Status

/// Shows what waits, runs, is done and has failed. Works without a daemon too: all is read from the disk.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the jobs: waiting (for which file), queued, running, done, failed.",
    discussion: """
      With --check it prints one line for a monitoring system and exits with 0 when all is well, 1 when a job has failed within the \
      last hour or is tried again, 2 when no daemon runs or something keeps it from its work, 3 when that cannot be found out.
      """)

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Go on, and print again whenever something changes. Stop with ctrl-C.")
  var follow = false

  @Flag(help: "Print one line for monitoring, and exit with 0, 1, 2 or 3.")
  var check = false

  @OptionGroup var pictureOptions: PictureOptions

  func validate() throws {
    if check, json || follow { throw ValidationError("--check prints one line; leave out --json and --follow") }
  }

  func run() async throws {
    if check { return try answer() }
    let screen = follow && !json ? pictureOptions.terminal.map(StatusScreen.init) : nil
    var last = ""
    repeat {
      let report = try report()
      let text = try json ? report.json : report.text
      if let screen {
        screen.show(report, text)
      } else if text != last {
        print(last.isEmpty || json ? text : "\n" + text)
      }
      fflush(nil)
      last = text
      if follow { try await Task.sleep(for: .seconds(1)) }
    } while follow
  }

  private func report() throws -> StatusReport {
    let configuration = try folders.configuration()
    return try StatusReport(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
  }

  private func answer() throws {
    let check: StatusCheck
    do {
      check = try report().check()
    } catch {
      check = StatusCheck(.unknown, "\(error)")
    }
    print(check.line)
    if check.level != .ok { throw ExitCode(check.level.rawValue) }
  }
}

/// A terminal that shows the state in place, with the picture of the job that runs below it.
private final class StatusScreen {
  private let pictures: TerminalPictures
  private var last = ""
  private var lastPicture: FileIdentity?

  init(_ pictures: TerminalPictures) { self.pictures = pictures }

  func show(_ report: StatusReport, _ text: String) {
    let preview = report.jobs.first { $0.state == .running && $0.preview != nil }?.preview?.file
    let picture = preview.flatMap { FileStatus($0)?.identity }
    guard text != last || picture != lastPicture else { return }
    (last, lastPicture) = (text, picture)
    // To the top left corner, and all below away.
    print("\(pictures.clearing)\u{1b}[H\u{1b}[J\(text)")
    if let preview, picture != nil { pictures.show(preview) }
  }
}
