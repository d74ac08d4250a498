import ArgumentParser
import Inbox
import Jobs
import Status

/// Tells the daemon what to do with a job, by marks on the disk: it works without a daemon too, for when one comes.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Hold, release, retry or cancel a job, or change its priority.",
    subcommands: [Hold.self, Release.self, Retry.self, Cancel.self, Priority.self])

  /// Which job, and where.
  struct Target: ParsableArguments {
    @Argument(
      help: "The job's name or, where several have it, its id; `easel status` shows both.", completion: .jobs)
    var name: String

    @OptionGroup var folders: FolderOptions

    func carryOut(_ action: Wish.Action, priority: Int? = nil) async throws {
      let configuration = try folders.configuration()
      let wish = Wish(action, name, priority: priority)
      let words = try await JobControl.carryOut(wish, in: configuration.outbox) {
        try JobControl(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
      }
      print(words)
    }
  }

  struct Hold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a job from being started, and stop it where it is when it is running.")
    @OptionGroup var target: Target

    func run() async throws { try await target.carryOut(.hold) }
  }

  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a held job go on.")
    @OptionGroup var target: Target

    func run() async throws { try await target.carryOut(.release) }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try a job again: at once where it waits for its next attempt, from the inbox where it has failed.")
    @OptionGroup var target: Target

    func run() async throws { try await target.carryOut(.retry) }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Stop a job for good: what was dropped for it goes to NAME.failed in the outbox.")
    @OptionGroup var target: Target

    func run() async throws { try await target.carryOut(.cancel) }
  }

  struct Priority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a job that waits for its turn another priority.",
      discussion: "Jobs with a higher one go first. One that runs already goes on; -- stands before a number below 0.")
    @OptionGroup var target: Target
    @Argument(help: "The priority, from -100 to 100.")
    var priority: Int

    func run() async throws { try await target.carryOut(.priority, priority: priority) }
  }
}
