import Kernels
import Testing

struct InstructionSetTests {
  @Test func theFastestIsTakenUnlessOneIsNamed() throws {
    #expect(try InstructionSet.chosen(nil, among: [.portable, .avx2]) == .avx2)
    #expect(try InstructionSet.chosen("", among: [.portable, .avx2]) == .avx2)
    #expect(try InstructionSet.chosen("portable", among: [.portable, .avx2]) == .portable)
    #expect(try InstructionSet.chosen("avx2", among: InstructionSet.allCases) == .avx2)
  }

  @Test func whatTheProcessorLacksIsRefused() {
    expectRefusal("avx512", says: "EASEL_INSTRUCTION_SET: this processor has no avx512; allowed here is portable, avx2")
  }

  @Test(arguments: ["AVX2", "sse4", "avx512 "])
  func namesThatNobodyKnowsAreRefused(name: String) {
    expectRefusal(
      name, says: "EASEL_INSTRUCTION_SET: there is no instruction set '\(name)'; allowed here is portable, avx2")
  }

  private func expectRefusal(_ name: String, says words: String) {
    let error = #expect(throws: InstructionSetError.self) {
      try InstructionSet.chosen(name, among: [.portable, .avx2])
    }
    #expect(error?.description == words)
  }
}
