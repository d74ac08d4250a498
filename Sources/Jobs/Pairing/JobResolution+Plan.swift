internal import Files

// Planning what to take.
extension JobResolution {
  var plan: ClaimPlan {
    var destinations = Destinations()
    var moves: [ClaimPlan.Move] = []
    if let folder = set.folder, set.photo?.isLast != false {
      moves.append(
        .init(
          source: folder.name, folder: set.presetPath, destination: "inputs",
          kind: set.inner ? .folderWithInputs : .folder,
          identity: folder.identity, names: folder.namesInside))
    }
    for file in taken {
      let isInFolder = set.leavesFolder(file)
      let isLeft = isInFolder ? !isContent(file) : pictures.isNeeded(file, besides: index)
      moves.append(
        .init(
          source: file.name, folder: isInFolder ? set.filesPath : set.presetPath,
          destination: destinations.make(for: file.name),
          kind: isLeft ? .copy : .file, identity: file.identity))
    }
    let inputs = found.map { picture in
      JobInput(file: picture.entry.map { path(of: $0, destinations) }, style: picture.style, painting: picture.painting)
    }
    var plan = ClaimPlan(
      name: set.jobName.text, settings: set.settings,
      inputs: JobInputs(inputs, settings: set.settingsFiles.first.map { path(of: $0, destinations) }), moves: moves,
      presetFolder: set.presetFolder?.name, fault: fault)
    if set.isBatch, fault == nil {
      plan.batch = Batch(of: plan.inputs, in: set.stem, takesAllPhotos: set.takesAllPhotos)
    }
    return plan
  }

  private func isContent(_ file: InboxEntry) -> Bool { found[.content].contains { $0.entry == file } }

  /// The files that go along and are not taken with their folder.
  private var taken: [InboxEntry] {
    let loose = set.folder == nil ? set.files : set.settingsFiles.filter { set.leavesFolder($0) }
    let named = entries.filter { !set.files.contains($0) || set.leavesFolder($0) }
    return named.reduce(into: loose) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What comes with its folder keeps its name.
  private func path(of file: InboxEntry, _ destinations: Destinations) -> Path {
    destinations.paths[file.name].map { Path($0) } ?? Path("inputs").appending(file.name)
  }
}

/// Gives each file a place of its own under `inputs/`.
private struct Destinations {
  private(set) var paths: [FileName: String] = [:]

  mutating func make(for name: FileName) -> String {
    var safe = name.description
    while safe.utf8.count > 240 { safe.removeFirst() }
    let path = FreeName.first({ $0 == 1 ? "inputs/\(safe)" : "inputs/\($0)-\(safe)" }) { paths.values.contains($0) }
    paths[name] = path
    return path
  }
}
