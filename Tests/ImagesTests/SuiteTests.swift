import Foundation
import Images
import TestSupport
import Testing

/// The kinds of PngSuite, made by Fixtures/suite.py: each sound one is read as Pillow reads it, each damaged one refused.
@Suite struct SuiteTests {
  /// Pillow compares the transparent colour with samples that it has made 8 bits of, and so finds none.
  private static let misreadByPillow: Set<String> = ["tbgn0g04.png", "tbcn2c16.png"]

  @Test func everyKindIsReadAsPillowReadsIt() throws {
    let folder = try TemporaryFolder()
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    try Python.run(file: fixtures.appending(path: "suite.py").path, folder.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names.count == 145)
    let expected = try Python.run(
      """
      import hashlib, os, sys
      sys.argv, folder, sys.path[0] = ['', ''], sys.argv[1], sys.argv[2]
      from compare_decoders import read_with_pillow
      for name in sorted(os.listdir(folder)):
        try: print(name, ','.join(map(str, read_with_pillow(os.path.join(folder, name)).flatten())))
        except Exception: print(name, '')
      """, folder.path, fixtures.appending(path: "../..").path)
    for line in expected.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let bytes = try [UInt8](Data(contentsOf: URL(filePath: folder.path(String(parts[0])))))
      let pixels = parts[1].split(separator: ",").compactMap { Int($0) }
      let ours = (try? ImageDecoder.decode(bytes).image.pixels) ?? []
      #expect(ours.isEmpty == parts[0].hasPrefix("x") && ours.count == pixels.count, "\(parts[0])")
      let worst = zip(ours, pixels).map { abs(Int($0) - $1) }.max() ?? 0
      #expect(worst <= 2 || Self.misreadByPillow.contains(String(parts[0])), "\(parts[0]): \(worst)")
    }
  }
}
