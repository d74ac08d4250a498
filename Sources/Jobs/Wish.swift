/// What somebody asks for: of a job, by its name or id, or of a remembered style.
package struct Wish: Codable, Hashable, Sendable {
  package enum Action: String, Codable, Sendable {
    case hold, release, retry, cancel
    /// With the new one in `priority`.
    case priority
    /// With the new one in `newName`.
    case renameStyle
    case removeStyle
  }

  package var action: Action
  package var name: String
  package var priority: Int?
  package var newName: String?

  package init(_ action: Action, _ name: String, priority: Int? = nil, newName: String? = nil) {
    (self.action, self.name, self.priority, self.newName) = (action, name, priority, newName)
  }
}

/// What has become of a wish, in words.
package struct WishAnswer: Codable, Hashable, Sendable {
  package var isGranted: Bool
  package var words: String

  package init(isGranted: Bool, _ words: String) { (self.isGranted, self.words) = (isGranted, words) }
}
