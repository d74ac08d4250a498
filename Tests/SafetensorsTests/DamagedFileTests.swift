import Files
import Foundation
import Safetensors
import TestSupport
import Testing

struct DamagedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    ("", 0, "damaged header"),
    ("[]", 0, "damaged header"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, 4, "damaged header"),
    (#"{"t":{"dtype":"F32","shape":[1]}}"#, 4, "damaged header"),
    (#"{"t":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "damaged header: at t.shape"),
    (#"{"t":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}"#, 4, "damaged header"),
    (#"{"__metadata__":{"a":1}}"#, 0, "damaged header: at __metadata__.a"),
    (#"{"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, 4, "tensor t: unknown element type F33"),
    (#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "tensor t: impossible shape [-1]"),
    (
      #"{"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4,
      "tensor t: impossible shape [4294967296, 4294967296]"
    ),
    (
      #"{"t":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, 4,
      "tensor t: impossible shape [4611686018427387904]"
    ),
    (
      #"{"t":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 4,
      "cut off or padded: expected 9223372036854775807 bytes of tensors, found 4"
    ),
    (
      #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "tensor t: its shape needs 8 bytes, its data_offsets are [0, 4]"
    ),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[]}}"#, 4, "tensor t: expected to start at byte 0"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "tensor t: its shape needs 4 bytes"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "tensor t: expected to start at byte 0"),
    (#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "tensor t: expected to start at byte 0"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12, "tensor b: expected to start at byte 8 of the data, its data_offsets are [4, 12]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      12, "tensor b: expected to start at byte 4"
    ),
    (
      #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3,
      "cut off or padded: expected 4 bytes of tensors, found 3"
    ),
    (
      #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5,
      "cut off or padded: expected 4 bytes of tensors, found 5"
    ),
  ])
  func aMalformedHeaderIsOneClearError(header: String, payloadBytes: Int, expected: String) throws {
    let path = try folder.write(file(header: header, payloadBytes: payloadBytes), to: "bad.safetensors")
    let error = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: Path(path)) }
    #expect(error.description.hasPrefix("\(path): \(expected)"))
  }

  @Test(arguments: [
    (UInt64.max, "not a safetensors file, or damaged: its header claims 18446744073709551615 bytes"),
    (UInt64(1_048_577), "not a safetensors file, or damaged: its header claims 1048577 bytes, at most 1048576 are"),
    (UInt64(1000), "cut off: its header claims 1000 bytes, but the file has 10 in all"),
  ])
  func aHeaderLengthBeyondReasonIsRefused(length: UInt64, expected: String) throws {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
    let path = try folder.write(bytes, to: "bad.safetensors")
    let error = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: Path(path)) }
    #expect(error.description.hasPrefix("\(path): \(expected)"))
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    let target = try folder.write(file(header: "{}", payloadBytes: 0), to: "target")
    #expect(try SafetensorsFile(path: Path(target)).tensors.isEmpty)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: target)
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    try folder.write([], to: "empty")
    let cases = [
      (folder.path("link"), "open failed: Too many levels of symbolic links (symbolic links are not followed)"),
      (folder.path("pipe"), "expected a regular file, found a folder, pipe or device"),
      (folder.path, "expected a regular file, found a folder, pipe or device"),
      (folder.path("empty"), "not a safetensors file: expected at least 8 bytes, found 0"),
      (folder.path("missing"), "open failed: No such file or directory"),
    ]
    for (path, expected) in cases {
      let error = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: Path(path)) }
      #expect(error.description == "\(path): \(expected)")
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try soundFile()
    for length in 0..<bytes.count {
      let path = try folder.write(bytes.prefix(length), to: "cut.safetensors")
      #expect(throws: SafetensorsError.self, "cut to \(length) bytes") { try SafetensorsFile(path: Path(path)) }
    }
  }

  @Test func aFlippedBitOfAPayloadIsNoticed() throws {
    let bytes = try soundFile()
    for index in bytes.count - 20..<bytes.count {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        let file = try SafetensorsFile(path: Path(folder.write(damaged, to: "flipped.safetensors")))
        #expect(throws: SafetensorsError.self, "bit \(bit) of byte \(index)") { try file.verifyPayload() }
      }
    }
  }

  /// Whatever the bytes: an error, or tensors that all lie inside the file.
  @Test func mutatedFilesNeverReachOutsideTheFile() throws {
    let sound = try soundFile()
    var random = SystemRandomNumberGenerator()
    var opened = 0
    for _ in 0..<5000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let file = try? SafetensorsFile(path: Path(folder.write(bytes, to: "mutated.safetensors"))) else {
        continue
      }
      opened += 1
      for tensor in file.tensors {
        let count = try file.withUnsafeBytes(of: tensor.name) { $0.reduce(0) { sum, _ in sum + 1 } }
        #expect(count == tensor.byteRange.count)
      }
    }
    #expect(opened > 0)
  }

  private func soundFile() throws -> [UInt8] {
    let path = folder.path("sound.safetensors")
    let tensors = [
      TensorContents(name: "a", shape: [2, 2], floats: [1, 2, 3, 4]),
      TensorContents(name: "b", shape: [2], halvesOf: [5, 6]),
    ]
    try SafetensorsDocument(tensors: tensors, metadata: ["key": "value"]).write(to: Path(path))
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  private func file(header: String, payloadBytes: Int) -> [UInt8] {
    let json = Array(header.utf8)
    let length = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) }
    return length + json + [UInt8](repeating: 0, count: payloadBytes)
  }
}
