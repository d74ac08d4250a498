import Files
import Jobs

/// Entries for pairing, settled at second 0 unless said otherwise.
func file(
  _ name: String, settledAt: Double? = 0, sidecar: Settings? = nil, problem: String? = nil
) -> InboxEntry {
  let isSettings = if case .settings = FileRole(FileName(name)) { true } else { false }
  return InboxEntry(
    name: FileName(name), identity: identity(of: name), settledAt: settledAt.map { .seconds($0) },
    sidecar: isSettings && settledAt != nil ? .valid(sidecar ?? Settings()) : nil, problem: problem)
}

func invalid(_ name: String, _ reason: String, settledAt: Double = 0) -> InboxEntry {
  InboxEntry(
    name: FileName(name), identity: identity(of: name), settledAt: .seconds(settledAt),
    sidecar: .invalid(reason: reason))
}

func folder(_ name: String, inner: Bool = false, _ files: InboxEntry...) -> InboxEntry {
  InboxEntry(name: FileName(name), kind: .folder(files, inner: inner), identity: identity(of: name))
}

func identity(of name: String) -> FileIdentity {
  FileIdentity(
    device: 1, inode: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }), sizeBytes: 10, modified: 0, changed: 0)
}

func pair(_ entries: InboxEntry..., now: Double = 100) -> Pairing {
  Pairing(entries: entries, now: .seconds(now), grace: .seconds(10))
}

extension Pairing {
  func state(of name: String) -> PairedJob.State? { jobs.first { $0.name == name }?.state }

  func plan(of name: String) -> ClaimPlan? {
    if case .ready(let plan)? = state(of: name) { plan } else { nil }
  }

  func waits(of name: String) -> String? {
    if case .waiting(let wants)? = state(of: name) { wants.joined(separator: "; ") } else { nil }
  }
}

extension ClaimPlan {
  var kinds: [String: Move.Kind] {
    Dictionary(uniqueKeysWithValues: moves.map { ($0.source.description, $0.kind) })
  }
}
