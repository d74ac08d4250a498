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
    var page = ReportPage(name: name, version: easel, summary: "", result: .init(result))
    // It shows what is in report.json, whoever makes a page of that.
    if let told = try PaintedReport(json: json) { page.tell(told) }
    if let content = pictures.content {
      let photo = content.onWhite.shrunk(longSide: Self.photoSize)
      page.photo = ReportPage.Photo(source: try Self.dataURL(photo), width: width, height: height)
    }
    page.inputs = try pictures.byRole.map { role, picture in
      let file = picture.file.lastName
      return ReportPage.Input(
        role: role.rawValue, file: file.description,
        link: hasInputs ? file.text.map { Address.of("inputs/\($0)") } : nil,
        source: try Self.dataURL(picture.original.thumbnail(longSide: Self.inputSize)),
        width: picture.original.image.width, height: picture.original.image.height,
        notes: picture.original.notes.map { "\($0)" })
    }
    page.animation = animation.map { ReportPage.File($0) }
    page.settings = settings.document.entries.map { ReportPage.Fact($0.key, $0.value.content.inline) }
    return page
  }

  private static func dataURL(_ image: RGBImage) throws -> String {
    "data:image/jpeg;base64," + Data(try JPEGEncoder.encode(image, quality: 85)).base64EncodedString()
  }
}

extension DecodedImage {
  /// As it looks on white.
  fileprivate func thumbnail(longSide: Int) -> RGBImage {
    let small = image.shrunk(longSide: longSide)
    return alpha?.onWhite(small) ?? small
  }
}
