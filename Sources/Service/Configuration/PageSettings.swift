import Jobs

/// What the live page takes at once: the keys below `page` in the configuration.
package struct PageSettings: Equatable, Sendable {
  /// Of all files of an upload together.
  package var uploadBytes = 512 << 20
  package var uploadFiles = 100
  /// Until an upload is there as a whole.
  package var uploadTime: Duration = .seconds(900)
  /// Uploads at the same time.
  package var uploads = 4

  package init() {}

  package enum Keys: String, CodingKey, CaseIterable {
    case uploadSize = "upload_size"
    case uploadFiles = "upload_files"
    case uploadTime = "upload_time"
    case uploads
  }
}

extension SettingsReader {
  /// Nil where nothing is written below `page`, or something that is wrong.
  mutating func page() -> PageSettings? {
    var settings: PageSettings?
    nested(DaemonSettings.Keys.page, allowed: "a mapping, as {upload_size: 1G, upload_files: 50}") { reader in
      var page = PageSettings()
      if let bytes = reader.bytes(PageSettings.Keys.uploadSize) { page.uploadBytes = bytes }
      if let files = reader.integer(PageSettings.Keys.uploadFiles, in: 1...10_000) { page.uploadFiles = files }
      if let time = reader.duration(PageSettings.Keys.uploadTime) { page.uploadTime = time }
      if let uploads = reader.integer(PageSettings.Keys.uploads, in: 1...100) { page.uploads = uploads }
      settings = page
    }
    return settings
  }
}
