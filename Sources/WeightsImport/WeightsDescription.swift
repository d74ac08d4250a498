/// Where weights come from and on what terms: kept in the file's metadata. What is nil is left out.
package struct WeightsDescription: Equatable, Sendable {
  package var source: String?
  package var licence: String?
  package var attribution: String?

  package init(source: String? = nil, licence: String? = nil, attribution: String? = nil) {
    self.source = source
    self.licence = licence
    self.attribution = attribution
  }
}
