package import Files

// One photo in one painting of a folder that has several.
extension ClaimPlan {
  /// A cell's job: copies of its pictures, with settings that name them and none of the others, so that the job is understood
  /// wherever its inputs are moved.
  ///
  /// - Parameters:
  ///   - settings: the folder's.
  ///   - inputs: the folder's, relative to `directory`, an absolute path.
  ///   - identity: of a file; nil for one that has vanished, which is the job's fault.
  package init(
    _ cell: Batch.Cell, settings: Settings, inputs: JobInputs, in directory: Path, presetFolder: FileName?,
    identity: (Path) -> FileIdentity?
  ) {
    self.init(
      name: cell.name, settings: settings.ofCell, inputs: JobInputs(settings: Path("inputs/settings.yaml")), moves: [],
      presetFolder: presetFolder)
    for (role, input) in inputs.pictures(of: cell) {
      guard let source = input.file else { continue }
      guard let identity = identity(directory.appending(source)) else {
        fault = JobFault("\(source.lastName) is no longer a file in the job of its folder")
        continue
      }
      let destination = Path("inputs").appending(Self.name(of: source.lastName, role))
      moves.append(
        Move(
          source: source.lastName, folder: directory.appending(source.folder), destination: destination.text,
          kind: .copy, identity: identity))
      let taken = JobInput(file: destination, style: input.style, painting: input.painting.map { _ in 1 })
      self.inputs.pictures.append(taken, as: role)
      self.settings.name(taken, role)
    }
  }

  /// Photo and painting keep their names, as far as text has them; others are called so that they are found beside the settings.
  private static func name(of file: FileName, _ role: InputRole) -> String {
    guard role != .content, role != .style else { return file.description }
    return role.rawValue + file.description.dropFirst(file.stem.count)
  }
}

extension JobInputs {
  /// The pictures that a cell's job works from.
  fileprivate func pictures(of cell: Batch.Cell) -> [(role: InputRole, input: JobInput)] {
    InputRole.allCases.flatMap { role in
      pictures[role].enumerated().compactMap { index, input in
        let isTaken =
          switch role {
          case .content: index == cell.photo
          case .style: index == cell.painting
          case .mask, .styleMask: (input.painting ?? 1) == cell.painting + 1
          case .contentMask, .colourMask, .initial: true
          }
        return isTaken ? (role, input) : nil
      }
    }
  }
}

extension Settings {
  /// Those of one photo and one painting, which are still to be named.
  fileprivate var ofCell: Settings {
    var settings = self
    (settings.photos, settings.styles) = (.one, .mixed)
    (settings.content, settings.style, settings.styleWeights) = (nil, nil, nil)
    (settings.contentMask, settings.colourMask) = (nil, nil)
    return settings
  }

  fileprivate mutating func name(_ input: JobInput, _ role: InputRole) {
    guard let name = input.file?.lastName.text else { return }
    switch role {
    case .content: content = name
    case .style:
      let remembered = input.style.flatMap { $0.isNamed ? $0.name : nil }
      style = OneOrMore([Style(remembered ?? name)])
    case .initial where start.file != nil: start = .file(name)
    case .mask, .styleMask, .contentMask, .colourMask, .initial: break
    }
  }
}
