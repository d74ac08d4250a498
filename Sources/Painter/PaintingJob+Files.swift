import Files
import Images
import Jobs
import StyleTransfer

// The files of a result.
extension PaintingJob {
  /// Refuses before it is painted what could not be written then.
  func checkFormats() throws {
    let key =
      settings.output == .webp ? "output" : settings.gif != nil && settings.animation == .webp ? "animation" : nil
    if let key, !WebPEncoder.isBuiltIn { throw FormatNotBuiltIn(key: key) }
  }

  func encode(_ run: StagedSearch, _ pictures: InputPictures, as finished: FinishedPicture) throws -> [ResultFile] {
    let values = finished.isAsFrames ? run.roundedResultValues : run.resultValues
    var files = [ResultFile(.picture, try finished.encoded(values, alpha: pictures.alpha?.values))]
    if let gif = settings.gif { files.append(ResultFile(.animation, try animation(run, gif, pictures.alpha))) }
    if settings.sideBySide {
      let sources = pictures.byRole.filter { $0.role == .content || $0.role == .style }
      let result = run.result
      let row = sources.map(\.picture.onWhite) + [pictures.alpha?.onWhite(result) ?? result]
      files.append(ResultFile(.sideBySide, try PNGEncoder.encode(SideBySide.row(row))))
    }
    if settings.frames {
      for index in 0..<run.stillCount {
        files.append(ResultFile(.frame(index + 1), try run.still(index, alpha: pictures.alpha)))
      }
    }
    return files
  }

  private func animation(_ run: StagedSearch, _ gif: Settings.GIF, _ alpha: AlphaPlane?) throws -> [UInt8] {
    let steps = gif.sequence(of: run.frameCount).map { AnimationStep($0.frame, $0.duration) }
    switch settings.animation {
    case .gif: return try AnimatedGIF(maximumWidth: gif.width).encode(steps, alpha: alpha, frame: run.frame)
    case .webp:
      return try WebPAnimationEncoder.encode(steps, quality: settings.webpEncoding, alpha: alpha, frame: run.frame)
    case .apng: return try APNGEncoder.encode(steps, alpha: alpha, frame: run.frame)
    }
  }

  func write(_ result: FinishedResult, _ report: Report, _ pictures: InputPictures, to folder: Path) throws {
    func write(_ bytes: [UInt8], to name: String) throws {
      try FileSystem.replace(folder.appending(name), with: bytes, mode: 0o666)
    }
    for subfolder in Set(result.files.compactMap(\.kind.folder)) {
      try FileSystem.makeFolder(folder.appending(subfolder))
    }
    for file in result.files { try write(file.bytes, to: file.kind.path(name, settings)) }
    try write(Array(settings.yaml.utf8), to: "settings.yaml")
    try write(report.json, to: "report.json")
    func path(_ kind: ResultFile.Kind) -> String? {
      result.files.first { $0.kind == kind }.map { $0.kind.path(name, settings) }
    }
    let page = try report.page(
      pictures, result: path(.picture) ?? "", animation: path(.animation), hasInputs: record != nil)
    try write(Array(page.html.utf8), to: "report.html")
  }
}

/// A format whose library is missing.
struct FormatNotBuiltIn: Error, CustomStringConvertible {
  let key: String

  var description: String {
    "\(key): webp cannot be written, for this easel was built without libwebp; choose another format"
  }
}
