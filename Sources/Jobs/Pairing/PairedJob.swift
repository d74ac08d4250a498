/// What belongs together in the inbox, and what it still waits for.
package struct PairedJob: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// Something is missing, or there is one too many; each reason is for people.
    case waiting(for: [String])
    /// Everything is there, but these files may still be being written.
    case settling([String])
    /// Complete without a settings file, which may come until then, on the clock of the looks.
    case awaitingSettings(until: Duration)
    case ready(ClaimPlan)
  }

  /// The name that the job will be published under.
  package var name: String
  /// The names in the inbox that belong to it.
  package var files: [String]
  package var state: State
  /// What keeps files that it needs from being taken, however long they lie there: "cat.style.jpg (empty so far)".
  package var problems: [String]
  /// Files that were probably meant for it: "cat.yaml.txt looks like a settings file; call it cat.yaml".
  package var hints: [String]

  package init(name: String, files: [String], state: State, problems: [String] = [], hints: [String] = []) {
    self.name = name
    self.files = files
    self.state = state
    self.problems = problems
    self.hints = hints
  }
}
