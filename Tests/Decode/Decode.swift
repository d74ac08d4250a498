import Files
import Images

/// Reads pictures as Easel does, for `Tests/compare_decoders.py`: `Decode FOLDER FILE...` writes FOLDER/0.ppm, 1.ppm ... and
/// a line for each file: its number, its sides or 0, and what was noted or why it was refused.
@main enum Decode {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { Path($0) }
    guard let folder = arguments.first else { return print("Decode FOLDER FILE...") }
    for (number, file) in arguments.dropFirst().enumerated() {
      do {
        let decoded = try ImageDecoder.decode(path: file)
        let head = "P6 \(decoded.image.width) \(decoded.image.height) 255\n"
        try FileSystem.replace(folder.appending("\(number).ppm"), with: Array(head.utf8) + decoded.image.pixels)
        print(
          number, decoded.image.width, decoded.image.height, decoded.notes.map(\.description).joined(separator: "; "),
          separator: "\t")
      } catch let error as ImageError {
        print(number, 0, 0, error.reason, separator: "\t")
      }
    }
  }
}
