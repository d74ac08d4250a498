import Files
import Foundation
import Jobs
import TestSupport
import Testing

@Suite struct FreeNameTests {
  /// By rename, and as it is done where the file system has no such rename.
  enum Way: CaseIterable {
    case rename, link

    func move(_ source: String, _ destination: String) throws(FileError) {
      switch self {
      case .rename: try FileSystem.moveToFreeName(Path(source), Path(destination))
      case .link: try FileSystem.linkToFreeName(Path(source), Path(destination))
      }
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: folder.path(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
  }

  @Test(arguments: Way.allCases) func filesAndFoldersMove(way: Way) throws {
    try folder.write("a".utf8, to: "file")
    try way.move(folder.path("file"), folder.path("moved"))
    #expect(text("file") == nil)
    #expect(text("moved") == "a")
    try makeFolder("folder")
    try way.move(folder.path("folder"), folder.path("movedFolder"))
    #expect(FileStatus(Path(folder.path("folder"))) == nil)
    #expect(FileStatus(Path(folder.path("movedFolder")))?.kind == .folder)
  }

  @Test(arguments: Way.allCases) func whatHasTheNameStays(way: Way) throws {
    try folder.write("mine".utf8, to: "file")
    try makeFolder("folder")
    try folder.write("theirs".utf8, to: "taken")
    try makeFolder("empty")
    try FileManager.default.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
    for source in ["file", "folder"] {
      for destination in ["taken", "empty", "dangling"] {
        let error = #expect(throws: FileError.self) { try way.move(folder.path(source), folder.path(destination)) }
        #expect(error?.code == EEXIST, "\(source) to \(destination)")
      }
    }
    #expect(text("file") == "mine")
    #expect(text("taken") == "theirs")
    #expect(FileStatus(Path(folder.path("dangling")))?.kind == .symbolicLink)
  }

  @Test(arguments: Way.allCases) func whatIsNotThereIsSaid(way: Way) {
    let error = #expect(throws: FileError.self) { try way.move(folder.path("nothing"), folder.path("free")) }
    #expect(error?.isMissing == true)
  }

  /// Between a look whether a name is free and the move to it another could take it; an empty folder was then replaced.
  @Test func ofManyAtOnceOneGetsTheName() async throws {
    for round in 0..<100 {
      for number in 0..<4 { try makeFolder("\(round)-\(number)") }
      let target = folder.path("target\(round)")
      let winners = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<4 {
          let source = folder.path("\(round)-\(number)")
          group.addTask { (try? FileSystem.moveToFreeName(Path(source), Path(target))) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(winners == 1)
      let left = (0..<4).count { FileStatus(Path(folder.path("\(round)-\($0)"))) != nil }
      #expect(left == 3)
    }
  }

  @Test func anotherNameTakesThePlaceOfWhatHadIt() throws {
    try folder.write("a".utf8, to: "file")
    try folder.write("old".utf8, to: "other")
    try FileSystem.linkOrCopy(Path(folder.path("file")), Path(folder.path("other")))
    #expect(text("file") == "a" && text("other") == "a")
    try FileSystem.remove(Path(folder.path("file")))
    #expect(text("other") == "a")
    #expect(throws: FileError.self) {
      try FileSystem.linkOrCopy(Path(folder.path("file")), Path(folder.path("third")))
    }
  }
}
