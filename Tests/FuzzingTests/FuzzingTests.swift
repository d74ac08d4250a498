import Foundation
import Fuzzing
import TestSupport
import Testing

/// A short version of `make fuzz`: the same inputs in every run, without a sanitizer.
@Suite struct FuzzingTests {
  @Test func damagedFilesCrashNoReader() throws {
    let folder = try TemporaryFolder()
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../ImagesTests/Fixtures/make.py")
    try FileManager.default.createDirectory(atPath: folder.path("pictures"), withIntermediateDirectories: true)
    try Python.run(file: script.path, folder.path("pictures"))
    let pictures = try Pictures.small(in: folder.path("pictures"))
    #expect(pictures.count > 10)
    for target in try FuzzTarget.all(pictures: pictures, scratch: folder.path) {
      let taken = (0..<1000).count(where: target.run)
      // Both, or the damage is not of the kind that tells; any name is one.
      #expect(taken > 0 && (taken < 1000 || target.name == "names"), "\(target.name): \(taken) of 1000 taken")
    }
  }

  @Test func undamagedSeedsAreTaken() throws {
    let folder = try TemporaryFolder()
    for target in try FuzzTarget.all(pictures: [], scratch: folder.path) {
      let sound = target.soundSeeds
      #expect(sound.count == sound.of || target.name == "onnx" || target.name == "keras", "\(target.name): \(sound)")
    }
  }
}
