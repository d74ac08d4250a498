internal import Foundation

/// Pictures to damage.
package enum Pictures {
  /// The pictures of a folder that are small enough to be read many times a second, in the order of their names.
  package static func small(in folder: String?) throws -> [[UInt8]] {
    guard let folder else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { name in [".png", ".jpg", ".webp", ".heic", ".avif", ".tiff"].contains { name.hasSuffix($0) } }
      .map { [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + $0))) }
      .filter { $0.count <= 32 << 10 }
  }
}
