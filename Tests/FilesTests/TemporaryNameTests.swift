import Files
import Foundation
import Testing

@Suite struct TemporaryNameTests {
  private static let dead: Int32 = 999_999_999

  @Test func aNameIsOfThisProcess() {
    let name = TemporaryName.make(for: "/a/cat.png").lastName
    #expect(TemporaryName.matches(name))
    #expect(!TemporaryName.isAbandoned(name))
  }

  @Test func whatADeadProcessHasLeftIsAbandoned() throws {
    let own = TemporaryName.make(for: "/a/cat.png").lastName.description
    let name = own.replacing("\(getpid())", with: "\(Self.dead)")
    #expect(TemporaryName.isAbandoned(FileName(name)))
    #expect(TemporaryName.isAbandoned(FileName(".cat.png.\(Self.dead)-17.tmp")), "as earlier versions called them")
  }

  /// Once the daemon removed what workers on other machines were writing, since no process of that number ran on its own.
  @Test func aProcessOnAnotherMachineMayLive() {
    let name = FileName(".cat.png.\(Self.dead)-0123abcd-17.tmp")
    #expect(TemporaryName.matches(name))
    #expect(!TemporaryName.isAbandoned(name))
  }

  @Test func longNamesHaveRoom() {
    let long = Path(String(repeating: "a", count: 255))
    #expect(TemporaryName.make(for: long).lastName.bytes.count <= 255)
  }
}
