import Files
import Foundation
import Safetensors
import TestSupport
import Testing

struct WritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theSameDocumentGivesTheSameBytes() throws {
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value \($0)") })
    let tensors = (0..<20).map { TensorContents(name: "tensor \($0)", shape: [1], floats: [Float($0)]) }
    let files = try (0..<3).map { index in
      let path = folder.path("\(index)")
      try SafetensorsDocument(tensors: tensors, metadata: metadata).write(to: Path(path))
      return try Data(contentsOf: URL(filePath: path))
    }
    #expect(files[0] == files[1] && files[1] == files[2])
  }

  @Test func tensorsAreAlignedToTheirElements() throws {
    let path = folder.path("aligned")
    let tensors = [
      TensorContents(name: "odd", shape: [3], halvesOf: [1, 2, 3]),
      TensorContents(name: "wide", shape: [1], floats: [4]),
    ]
    try SafetensorsDocument(tensors: tensors).write(to: Path(path))
    let file = try SafetensorsFile(path: Path(path))
    #expect(file.tensors.map(\.name) == ["wide", "odd"])
    for tensor in file.tensors {
      let address = try file.withUnsafeBytes(of: tensor.name) { Int(bitPattern: $0.baseAddress) }
      #expect(address % tensor.elementType.widthBytes == 0)
    }
    #expect(try file.floats(of: "odd") == [1, 2, 3])
  }

  @Test func aFailedWriteLeavesNothing() throws {
    let document = SafetensorsDocument(tensors: [TensorContents(name: "a", shape: [1], floats: [1])])
    let missing = try #require(throws: SafetensorsError.self) {
      try document.write(to: Path(folder.path("no/such/folder/a")))
    }
    #expect(missing.problem.isMissingFile)
    try FileManager.default.createDirectory(atPath: folder.path("taken/full"), withIntermediateDirectories: true)
    let taken = try #require(throws: SafetensorsError.self) { try document.write(to: Path(folder.path("taken"))) }
    #expect(taken.description == "\(folder.path("taken")): rename failed: Is a directory")
    #expect(try folder.contents() == ["taken", "taken/full"])
  }

  @Test func readersSeeWholeFilesWhileManyWrite() async throws {
    let path = folder.path("contended")
    let documents = (0..<4).map { value in
      SafetensorsDocument(
        tensors: [TensorContents(name: "a", shape: [5000], floats: Array(repeating: Float(value), count: 5000))])
    }
    try documents[0].write(to: Path(path))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for document in documents {
        group.addTask { for _ in 0..<20 { try document.write(to: Path(path)) } }
        group.addTask { for _ in 0..<50 { try SafetensorsFile(path: Path(path)).verifyPayload() } }
      }
      try await group.waitForAll()
    }
    #expect(try folder.contents() == ["contended"])
  }
}
