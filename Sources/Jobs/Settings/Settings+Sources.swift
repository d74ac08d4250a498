internal import Files

/// How a job comes by one of its pictures.
package enum InputSource: Hashable, Sendable {
  /// The picture lies beside the settings file, under the job's own name.
  case beside
  /// The settings name the picture: a plain file name, in the job's folder or in the inbox.
  case named(String)
  /// The style is a remembered one, of this name.
  case remembered(String)
}

extension Settings {
  /// Where the pictures of a role come from; none where the task has no use for them.
  package func sources(_ role: InputRole) -> [InputSource] {
    switch role {
    case .content: task.usesContent ? content.map { [.named($0)] } ?? [.beside] : []
    case .style: task.usesStyle ? style?.values.map { Self.style($0.name) } ?? [.beside] : []
    }
  }

  /// What does not end like a picture is the name of a remembered style.
  private static func style(_ name: String) -> InputSource {
    FileRole.isPicture(FileName(name)) ? .named(name) : .remembered(name)
  }
}
