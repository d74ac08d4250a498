internal import Files

/// How a job comes by one of its pictures.
package enum InputSource: Hashable, Sendable {
  /// The picture lies beside the settings file, under the job's own name; one of an optional role may be missing.
  case beside
  /// The settings name the picture: a plain file name, in the job's folder or in the inbox.
  ///
  /// - Parameter painting: of a mask: which painting's, from 1.
  case named(String, painting: Int? = nil)
  /// The style is a remembered one, of this name.
  case remembered(String)
}

extension Settings {
  /// Where the pictures of a role come from; none where the task has no use for them.
  package func sources(_ role: InputRole) -> [InputSource] {
    switch role {
    case .content: task.usesContent ? content.map { [.named($0)] } ?? [.beside] : []
    case .style: task.usesStyle ? style?.values.map { Self.style($0.name) } ?? [.beside] : []
    case .mask: task.usesStyle ? masks(\.mask) : []
    case .styleMask: task.usesStyle ? masks(\.styleMask) : []
    case .contentMask: task.usesContent ? contentMask.map { [.named($0)] } ?? [.beside] : []
    case .colourMask: task.usesContent ? colourMask.map { [.named($0)] } ?? [.beside] : []
    case .initial: start.file.map { [.named($0)] } ?? [.beside]
    }
  }

  /// Those that the settings name, and for the other paintings those beside.
  private func masks(_ name: KeyPath<Style, String?>) -> [InputSource] {
    let named = (style?.values ?? []).enumerated().compactMap { index, style in
      style[keyPath: name].map { InputSource.named($0, painting: index + 1) }
    }
    return named + [.beside]
  }

  /// What does not end like a picture is the name of a remembered style.
  private static func style(_ name: String) -> InputSource {
    FileRole.isPicture(FileName(name)) ? .named(name) : .remembered(name)
  }
}
