package import FoundationEssentials

extension FileIdentity {
  /// When the contents last changed, as the file says.
  package var modificationDate: Date { Date(timeIntervalSince1970: Double(modified) / 1e9) }
}
