import Foundation
import Images

/// Pictures that are painted in a second.
enum SmallPictures {
  /// A PNG of smooth colours; other seeds give other pictures.
  static func png(seed: Int, width: Int = 48, height: Int = 40) throws -> Data {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
        let phase = Double(seed)
        for wave in [sin(7 * u + phase), cos(9 * v - phase), sin(5 * (u + v) + 2 * phase)] {
          pixels.append(UInt8(128 + 100 * wave))
        }
      }
    }
    return Data(try PNGEncoder.encode(RGBImage(width: width, height: height, pixels: pixels)))
  }

  /// Settings for them.
  static let settings = "{size: 48, iterations: 6, evaluations_per_iteration: 3, threads: 1, gif: {width: 48}}"
  /// The same, with a preview before.
  static let previewedSettings = settings.replacing("{size", with: "{preview: true, size")
}

extension TestDaemon {
  /// Drops a job that the real worker can paint; those of one variant give the same picture.
  func drop(painting name: String, variant: Int, settings: String = SmallPictures.settings) throws {
    try folder.write(try SmallPictures.png(seed: variant), to: "box/inbox/\(name).content.png")
    try folder.write(try SmallPictures.png(seed: variant + 10), to: "box/inbox/\(name).style.png")
    try drop(settings, as: "\(name).yaml")
  }
}
