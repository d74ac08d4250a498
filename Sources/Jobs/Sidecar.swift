/// A settings file as the inbox has read it, once for all.
package enum Sidecar: Hashable, Sendable {
  case valid(Settings)
  /// The settings cannot be used; the job fails with this reason.
  case invalid(reason: String)

  /// - Parameter name: what errors call the file.
  package init(reading bytes: [UInt8], of name: String) {
    do {
      self = .valid(try Settings(validating: SettingsDocument(parsing: bytes, source: name)))
    } catch {
      self = .invalid(reason: "\(error)")
    }
  }
}
