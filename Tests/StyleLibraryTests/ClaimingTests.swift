import Files
import Foundation
import Jobs
import StyleLibrary
import Testing

@Suite struct ClaimingTests {
  private let test: TestLibrary

  init() throws {
    test = try TestLibrary()
    try test.add(1, as: "auvers")
  }

  private func claim(_ style: String, isNamed: Bool = true, moves: [ClaimPlan.Move] = []) -> ClaimPlan {
    var inputs = JobInputs(content: "inputs/cat.content.jpg", settings: "inputs/cat.yaml")
    inputs.pictures[.style] = [JobInput(file: nil, style: StyleUse(StyleName(sanitising: style), isNamed: isNamed))]
    return ClaimPlan(name: "cat", inputs: inputs, moves: moves)
  }

  @Test func aNamedStyleIsOneMoreInput() throws {
    let plan = try test.library.supply(claim("auvers"))
    #expect(plan.inputs.files(.style) == ["inputs/auvers.style.png"] && plan.fault == nil)
    let move = try #require(plan.moves.last)
    #expect(move.kind == .copy && move.source == FileName("original.png"))
    #expect(move.folder == test.library.path.appending("auvers"))
  }

  @Test func itsPlaceIsFree() throws {
    let identity = try test.library.original(of: StyleName(sanitising: "auvers")).identity
    let other = ClaimPlan.Move(
      source: FileName("x"), destination: "inputs/auvers.style.png", kind: .file, identity: identity)
    #expect(
      try test.library.supply(claim("auvers", moves: [other])).inputs.files(.style) == ["inputs/2-auvers.style.png"])
  }

  @Test func anUnknownStyleIsTheJobsFaultInWords() throws {
    let plan = try test.library.supply(claim("auver"))
    #expect(plan.fault?.message == "cat.yaml: style: no style called \"auver\" is remembered; there are: auvers")
    #expect(plan.fault?.advice?.contains("easel styles add FILE") == true)
  }

  @Test func aDroppedPictureNeedsNoLibrary() throws {
    let dropped = claim("auvers", isNamed: false)
    #expect(try test.library.supply(dropped) == dropped)
  }
}

/// Daemons, workers and people on one library.
@Suite struct SharedLibraryTests {
  @Test func noUseIsLostAndNoStyleIsTwice() throws {
    let test = try TestLibrary()
    let files = try (0..<3).map { try test.folder.write(TestLibrary.png(UInt8($0)), to: "\($0).png") }
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for turn in 0..<12 {
        // Each has its own descriptor, and the kernel keeps them apart like processes.
        let library = StyleLibrary(test.library.path)
        _ = try? library.add(Path(files[(worker + turn) % 3]), as: StyleName(sanitising: "same"), isUse: true)
      }
    }
    let (styles, problems) = try test.library.list()
    #expect(problems == [])
    #expect(styles.map(\.name.text) == ["same", "same-2", "same-3"])
    #expect(styles.map(\.record.uses) == [32, 32, 32])
  }
}
