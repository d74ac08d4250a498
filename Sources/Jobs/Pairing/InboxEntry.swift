package import Files

/// One name in the inbox, as it was at the last look.
package struct InboxEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file
    /// A folder with its files, sub-folders left out. `inner` when they were found in its `inputs/`, as in the folder
    /// of a failed job that was moved back.
    case folder([InboxEntry], inner: Bool)
    /// A folder that is called like a preset, with what lies in it as in an inbox of its own. `defaults` are the settings of jobs
    /// that come without any.
    case presetFolder([InboxEntry], defaults: Settings)
    /// Nothing that Easel takes: a link, a pipe, a device.
    case refused(reason: String)
  }

  package var name: FileName
  package var kind: Kind
  package var identity: FileIdentity
  /// When the file was found complete, on the clock of the looks; nil while it may still grow.
  package var settledAt: Duration?
  /// What a complete settings file says.
  package var sidecar: Sidecar?
  /// Why the file cannot be taken as it is, where that is more than time: empty, unreadable. In a folder it has a
  /// `settledAt` all the same when it has not changed for long.
  package var problem: String?
  /// Of a folder: what else is in it and takes no part, as ignored names and sub-folders. While one of them has not
  /// settled, somebody is still at work on the folder.
  package var aside: [InboxEntry]

  package init(
    name: FileName, kind: Kind = .file, identity: FileIdentity, settledAt: Duration? = nil, sidecar: Sidecar? = nil,
    problem: String? = nil, aside: [InboxEntry] = []
  ) {
    self.name = name
    self.kind = kind
    self.identity = identity
    self.settledAt = settledAt
    self.sidecar = sidecar
    self.problem = problem
    self.aside = aside
  }

  /// The 2 of `cat.style2.jpg`; nil where its name has none.
  var number: Int? {
    if case .input(_, _, let number) = FileRole(name) { number } else { nil }
  }

  /// It cannot be taken, and nobody is at work on it.
  var isHopeless: Bool { problem != nil && settledAt != nil }

  /// Of a folder, or of the `inputs/` in it: all names there, as far as they were looked at.
  package var namesInside: [FileName] {
    guard case .folder(let files, _) = kind else { return [] }
    return (files + aside).map(\.name)
  }
}
