import Spool

extension DaemonLoop {
  /// Has the hook for what came out of a job run, where one is set.
  func callHook(_ job: SpooledJob, folder: String) {
    let isFailed = job.record.state == .failed
    let command = isFailed ? configuration.settings.onFailure : configuration.settings.onSuccess
    guard !command.isEmpty else { return }
    let outcome = Hook.Outcome(
      id: job.id, name: job.record.name, state: isFailed ? "failed" : "done",
      folder: configuration.outbox.appending(folder), message: isFailed ? job.record.message : nil)
    hooks.add(
      Hook(
        command: command, outcome: outcome, timeout: configuration.settings.hookTimeout,
        scratchFolder: spool.jobs))
  }

  func startHooks() {
    hooks.start { [send] in send(.hookEnded($0, $1)) }
  }

  func logHook(_ ending: Hook.Ending) {
    let outcome = ending.outcome
    for line in ending.output.split(whereSeparator: \.isNewline) {
      logger.info("\(outcome.name): hook: \(line)", metadata: ["job": "\(outcome.id)"])
    }
    if let problem = ending.problem {
      logger.warning(
        "\(outcome.name): the hook for \(outcome.state) jobs \(problem)", metadata: ["job": "\(outcome.id)"])
    }
  }

  /// At the end: lets running hooks come to theirs, and stops those that take longer.
  func finishHooks(within time: Duration) async {
    for hook in hooks.waiting {
      logHook(Hook.Ending(outcome: hook.outcome, problem: "was not run, because Easel stops"))
    }
    let running = Array(hooks.running.values)
    let clock = Task {
      try await Task.sleep(for: time)
      for hook in running { hook.cancel() }
    }
    for hook in running { logHook(await hook.value) }
    clock.cancel()
  }
}
