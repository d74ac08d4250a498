import ArgumentParser
import Cache
import Files
import Foundation
import Jobs
import Painter
import StyleLibrary

/// Paints the sample, so that somebody who has just installed Easel sees a picture before he reads anything.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Paint the sample cat into a temporary folder, and say what to try next.")

  @OptionGroup var openOption: OpenOption
  @OptionGroup var pictureOptions: PictureOptions

  func validate() throws { try checkInstructionSet() }

  func run() throws {
    let sample = try Sample.find()
    let folder = try Self.makeFolder()
    print("Painting \(sample.photo.lastName) in the manner of \(sample.painting.lastName), which takes some seconds.")
    var painting = DirectPainting(
      NamedPictures(content: sample.photo, styles: [sample.painting]), settings: sample.settings, output: folder,
      cache: CacheFolder(directory: folder.appending("cache")), library: StyleLibrary(folder.appending("styles")))
    painting.remembersStyles = false
    let outcome = try painting.runWithProgressBar()
    pictureOptions.show(outcome.picture)
    print(Self.next(outcome.picture))
    openOption.show(outcome.picture)
  }

  private static func makeFolder() throws -> Path {
    let place = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var name = Array("\(place)/easel-demo-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw FileError("mkdtemp", Path(place)) }
    return Path(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  private static func next(_ picture: Path) -> String {
    """
    Painted: \(picture)
    How it got there: \(picture.folder)/cat.gif, and for a browser \(picture.folder)/report.html

    Try next:
      easel paint PHOTO PAINTING                       pictures of your own, into this folder
      easel paint PHOTO PAINTING --set strength=0.8    more of the painting; --set size=1024: larger
      easel watch                                      paints what is dropped into ./inbox
      easel doctor                                     says whether a service would work here
    """
  }
}
