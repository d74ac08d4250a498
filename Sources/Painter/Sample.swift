import Files
import Jobs

/// The photo, the painting and the settings that come with Easel to try it with.
package struct Sample {
  package let photo: Path
  package let painting: Path
  package let settings: Settings

  private static let names = (photo: "cat.content.jpg", painting: "cat.style.jpg", settings: "cat.yaml")

  /// - Throws: a `SampleMissing` that names the folders that were looked in; a `SettingsError`, a `FileError`.
  package static func find() throws -> Sample {
    guard let folder = folders.first(where: { FileStatus($0.appending(names.photo)) != nil }) else {
      throw SampleMissing(places: folders)
    }
    let file = folder.appending(names.settings)
    let document = try SettingsDocument(parsing: try FileSystem.contents(file) ?? [], source: "\(file)")
    return Sample(
      photo: folder.appending(names.photo), painting: folder.appending(names.painting),
      // Who tries it for the first time does not want to wait.
      settings: try Settings(validating: document.building(on: Preset.fast.rawValue)))
  }

  /// In the prefix in whose bin or lib/easel the program is installed, or in the checkout in whose .build it was built.
  private static var folders: [Path] {
    let folder = Path.ownProgram.folder
    return [
      folder.folder.appending("share/easel/examples"), folder.folder.folder.appending("share/easel/examples"),
      folder.folder.folder.folder.appending("Examples"),
    ]
  }
}

private struct SampleMissing: Error, CustomStringConvertible {
  let places: [Path]

  var description: String {
    "the sample pictures were not found; looked in \(places.map(\.description).joined(separator: ", ")). "
      + "Install Easel again, or take pictures of your own: easel paint PHOTO PAINTING"
  }
}
