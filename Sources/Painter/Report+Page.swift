import Files
import Foundation
import Images
import Jobs
import Pages

/// `report.html`: the report for people, to be opened from disk. The photo and the paintings are in it, small, since browsers do not
/// read all formats that Easel does, nor turn all pictures upright; the result lies beside it.
extension Report {
  /// Long sides in pixels.
  private static let photoSize = 1024
  private static let inputSize = 480

  /// - Parameters:
  ///   - pictures: that were painted from.
  ///   - animation: the file's name.
  ///   - hasInputs: whether the dropped files lie in `inputs` beside the page.
  func page(_ pictures: InputPictures, result: String, animation: String?, hasInputs: Bool) throws -> ReportPage {
    var page = ReportPage(name: name, version: easel, summary: summary, resultFile: result)
    page.reused = reused.map { "Not all of it was painted now: \($0.words)." }
    if let content = pictures.content {
      let photo = content.onWhite.shrunk(longSide: Self.photoSize)
      page.photo = ReportPage.Photo(source: try Self.dataURL(photo), width: width, height: height)
    }
    page.inputs = try pictures.byRole.map { role, picture in
      let file = picture.file.lastName
      return ReportPage.Input(
        role: role.rawValue, file: file.description, link: hasInputs ? file.text.map { "inputs/\($0)" } : nil,
        source: try Self.dataURL(picture.original.thumbnail(longSide: Self.inputSize)),
        width: picture.original.image.width, height: picture.original.image.height,
        notes: picture.original.notes.map { "\($0)" })
    }
    page.animation = animation.map(ReportPage.File.init)
    (page.curve, page.curveWords) = (curve, curveWords)
    page.losses = lossRows
    page.facts = facts
    page.settings = settings.document.entries.map { ReportPage.Fact($0.key, $0.value.content.inline) }
    return page
  }

  private static func dataURL(_ image: RGBImage) throws -> String {
    "data:image/jpeg;base64," + Data(try JPEGEncoder.encode(image, quality: 85)).base64EncodedString()
  }

  private var summary: String {
    "\(width)×\(height) pixels, loss \(writtenLoss.fourDigits) after \(evaluations) evaluations; \(stopReason)."
  }

  private var curveWords: String {
    "Each line is a part of the loss with its weight, after each iteration"
      + (Set(iterations.map(\.size)).count > 1 ? "; the dashed ones are where another size begins." : ".")
  }

  private var facts: [ReportPage.Fact] {
    func fact(_ name: String, _ value: String?) -> ReportPage.Fact? { value.map { ReportPage.Fact(name, $0) } }
    func seconds(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }
    return [
      fact("task", task), fact("ended because", stopReason), fact("evaluations", "\(evaluations)"),
      fact("remembered style", style?.values.joined(separator: ", ")), fact("reused", reused?.words),
      fact("preparing", seconds(self.seconds.preparing)), fact("painting", seconds(self.seconds.painting)),
      fact("writing", seconds(self.seconds.writing)),
      fact("instruction set", engine.instructionSet), fact("threads", "\(engine.threads)"),
      fact("most memory", ByteSize(bytes: engine.peakMemoryBytes).words),
      fact("found in the cache", "\(cache.hits) of \(cache.hits + cache.misses)"),
      fact("job", job?.id), fact("attempt", job.map { "\($0.attempt)" }),
    ].compactMap(\.self)
  }
}

extension DecodedImage {
  /// As it looks on white.
  fileprivate func thumbnail(longSide: Int) -> RGBImage {
    let small = image.shrunk(longSide: longSide)
    return alpha?.onWhite(small) ?? small
  }
}

// The losses.
extension Report {
  /// What a loss is of.
  private struct Part: Hashable {
    var kind: String
    var layer: String?
    var painting: Int?
    var scale: Double?

    init(_ loss: Loss) { (kind, layer, painting, scale) = (loss.kind, loss.layer, loss.painting, loss.scale) }

    /// The layer, and which painting it is compared with where there are several.
    var place: String {
      [layer, painting.map { "painting \($0)" }, scale.map { "at \($0)" }].compactMap(\.self).joined(separator: ", ")
    }
    var name: String { place.isEmpty ? kind : "\(kind) \(place)" }
  }

  private static func sums(_ losses: [Loss]) -> [Part: Double] {
    Dictionary(losses.map { (Part($0), $0.loss) }, uniquingKeysWith: +)
  }

  /// In the order of the report.
  private var parts: [Part] {
    losses.map(Part.init).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private var curve: LossCurve? {
    let told = iterations.compactMap { iteration in iteration.losses.map { (iteration.evaluations, Self.sums($0)) } }
    let series = parts.map { part in
      LossCurve.Series(
        name: part.name, points: told.compactMap { at, sums in sums[part].map { (evaluations: at, loss: $0) } })
    }
    let all = LossCurve.Series(name: "all", points: iterations.map { (evaluations: $0.evaluations, loss: $0.loss) })
    let changes = zip(iterations, iterations.dropFirst()).filter { $0.size != $1.size }
    return LossCurve([all] + series, sizes: changes.map { (evaluations: $0.evaluations, pixels: $1.size) })
  }

  private var lossRows: [ReportPage.Loss] {
    let (first, last) = (Self.sums(iterations.first?.losses ?? []), Self.sums(losses))
    return parts.map { part in
      ReportPage.Loss(
        kind: part.kind, layer: part.place, first: first[part]?.fourDigits ?? "",
        last: last[part]?.fourDigits ?? "",
        share: writtenLoss > 0 ? String(format: "%.1f %%", 100 * (last[part] ?? 0) / writtenLoss) : "")
    }
  }
}
