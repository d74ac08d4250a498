import Foundation
import Images
import TestSupport
import Testing

/// The pictures that Fixtures/make.py writes, made once for all tests.
enum Fixtures {
  static let folder = Result {
    let folder = try TemporaryFolder()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/make.py")
    try Python.run(file: script.path, folder.path)
    return folder
  }

  static func path(_ name: String) throws -> String { try folder.get().path(name) }

  static func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path(name)))) }

  /// What a reader must make of the picture called `name`.
  static func expectation(for name: String) throws -> RGBImage { try ppm("\(name).ppm") }

  /// A binary PPM as Pillow writes it: P6, sides and 255, each ended by one white space.
  static func ppm(_ name: String) throws -> RGBImage {
    let bytes = try bytes(name)
    let fields = bytes.split(maxSplits: 4, whereSeparator: { $0 == 10 || $0 == 32 }).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard fields.count == 5, fields[0] == "P6", let width = Int(fields[1]), let height = Int(fields[2]) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return RGBImage(width: width, height: height, pixels: Array(bytes.suffix(width * height * 3)))
  }
}

/// The largest difference of two pictures in any channel; 256 when their sides differ.
func largestDifference(_ a: RGBImage, _ b: RGBImage) -> Int {
  guard a.width == b.width, a.height == b.height else { return 256 }
  return zip(a.pixels, b.pixels).lazy.map { abs(Int($0) - Int($1)) }.max() ?? 256
}

/// A failed expectation need not print every pixel.
extension RGBImage: CustomTestStringConvertible {
  package var testDescription: String { "picture of \(width)x\(height)" }
}

/// Smooth colours with a few hard edges; `phase` moves them.
func testPicture(width: Int, height: Int, phase: Double = 0) -> RGBImage {
  var pixels: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
      let edge = (x / 16 + y / 16) % 5 == 0 ? 40.0 : 0
      pixels.append(UInt8(200 * u + edge))
      pixels.append(UInt8(120 + 70 * sin(9 * v + phase) + edge))
      pixels.append(UInt8(110 + 80 * cos(7 * u * v + 2 * phase)))
    }
  }
  return RGBImage(width: width, height: height, pixels: pixels)
}
