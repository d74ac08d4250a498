import ArgumentParser
import Inbox
import Status

/// Tells the daemon what to do with a job, by marks on the disk: it works without a daemon too, for when one comes.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Hold, release, retry or cancel a job.",
    subcommands: [Hold.self, Release.self, Retry.self, Cancel.self])

  /// Which job, and where.
  struct Target: ParsableArguments {
    @Argument(help: "The job's name or, where several have it, its id; `easel status` shows both.")
    var name: String

    @OptionGroup var folders: FolderOptions

    func find() throws -> JobControl {
      let configuration = try folders.configuration()
      return try JobControl(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
    }
  }

  struct Hold: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a job from being started, and stop it where it is when it is running.")
    @OptionGroup var target: Target

    func run() throws {
      let search = try target.find()
      let job = try search.spooled(target.name)
      guard !job.isHeld else { throw JobControlError("\(search.called(job)) is held already") }
      try search.refuseFinished(job)
      try search.mark(job) { try $0.set(.hold) }
      print("\(job.record.name) is held; go on with: easel job release \(target.name)")
    }
  }

  struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a held job go on.")
    @OptionGroup var target: Target

    func run() throws {
      let search = try target.find()
      let job = try search.spooled(target.name)
      guard job.isHeld else {
        throw JobControlError("\(search.called(job)) is not held, but \(job.record.state.rawValue)")
      }
      try search.mark(job) { try $0.clear(.hold) }
      print("\(job.record.name) is released")
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try a job again: at once where it waits for its next attempt, from the inbox where it has failed.")
    @OptionGroup var target: Target

    func run() throws {
      let search = try target.find()
      switch try search.retryable(target.name) {
      case .spooled(let job):
        try search.mark(job) { try $0.set(.retry) }
        print("\(job.record.name) is tried again")
      case .failed(let folder):
        try search.moveBack(folder)
        print("\(folder) is back in the inbox \(search.inbox)")
      }
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Stop a job for good: what was dropped for it goes to NAME.failed in the outbox.")
    @OptionGroup var target: Target

    func run() throws {
      let search = try target.find()
      let job = try search.spooled(target.name)
      try search.refuseFinished(job)
      try search.mark(job) { try $0.set(.cancel) }
      print("\(job.record.name) is cancelled")
    }
  }
}
