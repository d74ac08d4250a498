internal import Files
internal import Foundation
internal import Synchronization

/// The results in an outbox, the newest first: listed anew when the folder has changed, and not else.
final class OutboxIndex: Sendable {
  struct Entry: Hashable, Sendable {
    let name: FileName
    /// When its report was written.
    let date: Date
    /// Of the folder.
    let identity: FileIdentity

    var isFailed: Bool { name.bytes.suffix(Self.failedEnding.count).elementsEqual(Self.failedEnding) }
    /// Without `.failed`.
    var title: String { isFailed ? String(name.description.dropLast(Self.failedEnding.count)) : name.description }
    /// Tells this state of it from others, in addresses of what browsers may keep.
    var stamp: String { String(identity.modified, radix: 36) + String(identity.inode, radix: 36) }

    private static let failedEnding = Array(".failed".utf8)
  }

  private struct State {
    /// The outbox as it was listed.
    var identity: FileIdentity?
    /// Whether it was listed so soon after its last change that another might have the same time.
    var isUncertain = true
    var entries: [Entry] = []
    var byName: [FileName: Entry] = [:]
  }

  private let outbox: Path
  private let state = Mutex(State())

  init(_ outbox: Path) { self.outbox = outbox }

  /// Changes with every change of the entries.
  var stamp: FileIdentity? { FileStatus(outbox)?.identity }

  var entries: [Entry] {
    state.withLock { state in
      refresh(&state)
      return state.entries
    }
  }

  /// The entry of that very name.
  func entry(_ name: FileName) -> Entry? {
    state.withLock { state in
      refresh(&state)
      return state.byName[name]
    }
  }

  private func refresh(_ state: inout State) {
    guard let identity = stamp else { return state = State() }
    guard state.isUncertain || state.identity != identity else { return }
    let age = Date.now.timeIntervalSince(identity.modificationDate)
    state.isUncertain = age < 1
    state.identity = identity
    let known = state.byName
    state.entries = names.compactMap { name in
      guard let folder = FileStatus(outbox.appending(name)), folder.kind == .folder else { return nil }
      if let entry = known[name], entry.identity == folder.identity { return entry }
      return Entry(name, folder.identity, in: outbox)
    }.sorted { ($0.date, $0.name) > ($1.date, $1.name) }
    state.byName = Dictionary(state.entries.map { ($0.name, $0) }) { first, _ in first }
  }

  private var names: [FileName] { ((try? outbox.names()) ?? []).filter { $0.bytes.first != UInt8(ascii: ".") } }
}

extension OutboxIndex.Entry {
  /// Nil for a folder without a report, which is none of ours.
  fileprivate init?(_ name: FileName, _ folder: FileIdentity, in outbox: Path) {
    guard let report = FileStatus(outbox.appending(name).appending("report.json")), report.kind == .regular else {
      return nil
    }
    self.init(name: name, date: report.identity.modificationDate, identity: folder)
  }
}
