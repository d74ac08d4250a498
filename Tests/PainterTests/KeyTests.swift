import Files
import Jobs
import Painter
import Testing

/// Two jobs that differ in any key which changes the picture never share a result.
struct KeyTests {
  static let advice = """
    has no second value: add one to SecondValue.all in Tests/PainterTests/SecondValue.swift, with a base with which it changes \
    the picture, or with the reason why it does not
    """

  private static func second(_ key: Settings.CodingKeys) -> SecondValue? {
    let second = SecondValue.all[key]
    if second == nil { Issue.record("\(key.rawValue) \(advice)") }
    return second
  }

  @Test(arguments: Settings.CodingKeys.allCases)
  func cachesTellJobsApartThatDifferInAKey(key: Settings.CodingKeys) throws {
    guard let second = Self.second(key), second.value != nil else { return }
    let painting = try SmallPainting()
    let (first, other) = (try second.settings(key, second: false), try second.settings(key, second: true))
    #expect(first != other && first.yaml != other.yaml, "\(key.rawValue): the second value is the first")
    let files = Inputs<Path>(content: painting.content, style: painting.style)
    let identity = try PaintingIdentity(first, files, weights: "w")
    let otherIdentity = try PaintingIdentity(other, files, weights: "w")
    #expect(
      (identity.result == otherIdentity.result) == (second.samePicture != nil),
      "\(key.rawValue): \(second.samePicture.map { "is the same picture, \($0)" } ?? "gives another picture")")
    #expect(
      (identity.search == otherIdentity.search) == second.sharesSearch,
      "\(key.rawValue): a search that serves both values says so in SecondValue.all with sharesSearch, and no other")
  }

  /// Also what was kept on the way there, as targets, does no harm.
  @Test(arguments: Settings.CodingKeys.allCases)
  func whatAnotherJobHasLeftInTheCacheChangesNoPicture(key: Settings.CodingKeys) throws {
    guard let second = Self.second(key), second.value != nil, second.samePicture == nil else { return }
    let painting = try SmallPainting()
    let before = try painting.paint(second.settings(key, second: false), to: "before", cache: "shared")
    let warm = try painting.paint(second.settings(key, second: true), to: "warm", cache: "shared")
    let cold = try painting.paint(second.settings(key, second: true), to: "cold", cache: "own")
    #expect(warm.pictures == cold.pictures, "\(key.rawValue): painted differently after another job")
    #expect(before.pictures != cold.pictures, "\(key.rawValue): the second value changes no number")
  }
}
