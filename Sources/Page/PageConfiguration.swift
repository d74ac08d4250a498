package import Files
package import Inbox
package import Jobs

/// All that the live page is started with.
package struct PageConfiguration: Sendable {
  /// The folders of the daemon that it is a page of; absolute paths.
  package var inbox: InboxConfiguration
  package var outbox: Path
  package var cache: Path
  package var styles: Path
  /// How much room the daemon's cache may take, in bytes, for people.
  package var cacheBudgetBytes: Int
  /// Uploads leave so much room on the inbox's file system.
  package var minFreeBytes: Int
  package var presets: PresetList
  /// Where thumbnails are kept; safe to delete.
  package var thumbnails: Path
  package var uploads: UploadLimits
  package var listen: ListenAddress
  /// Further names that browsers may call the page by, as of a proxy before it.
  package var hosts: [String]
  /// Holds the token by which people come in; nil lets in whoever can connect.
  package var tokenFile: Path?

  package init(
    inbox: InboxConfiguration, outbox: Path, cache: Path, styles: Path, thumbnails: Path, presets: PresetList,
    cacheBudgetBytes: Int, minFreeBytes: Int, uploads: UploadLimits = UploadLimits(), listen: ListenAddress,
    hosts: [String] = [], tokenFile: Path? = nil
  ) {
    (self.inbox, self.outbox, self.cache, self.styles) = (inbox, outbox, cache, styles)
    (self.thumbnails, self.presets, self.uploads) = (thumbnails, presets, uploads)
    (self.cacheBudgetBytes, self.minFreeBytes) = (cacheBudgetBytes, minFreeBytes)
    (self.listen, self.hosts, self.tokenFile) = (listen, hosts, tokenFile)
  }
}

/// How much may be uploaded at once.
package struct UploadLimits: Hashable, Sendable {
  /// Of all files of an upload together.
  package var bytes: Int = 512 << 20
  package var files = 100
  /// Until an upload is there as a whole.
  package var time: Duration = .seconds(900)
  /// Uploads at the same time.
  package var atOnce = 4

  package init() {}
}

/// Why the page cannot be shown, for whoever starts it.
package struct PageError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
