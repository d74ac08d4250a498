import Foundation
import Kernels
import TestSupport
import Testing

/// Control groups as the kernel shows them, in a folder.
struct UsableProcessorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Parameter limits: contents of `cpu.max` by the group's path below the root.
  private func quota(_ groups: String, _ limits: [String: String]) throws -> Int? {
    for (group, limit) in limits {
      try FileManager.default.createDirectory(
        atPath: folder.path("root" + group), withIntermediateDirectories: true)
      try folder.write(limit.utf8, to: "root\(group)/cpu.max")
    }
    try folder.write(groups.utf8, to: "cgroup")
    return UsableProcessors.quota(controlGroups: folder.path("cgroup"), root: folder.path("root"))
  }

  @Test(arguments: [
    ("100000 100000\n", 1), ("150000 100000\n", 2), ("120000 100000\n", 2), ("200000 100000\n", 2),
    ("1000 100000\n", 1),
    ("50000 10000\n", 5),
  ])
  func quotaIsRoundedUpToWholeProcessors(limit: String, processors: Int) throws {
    #expect(try quota("0::/a\n", ["/a": limit]) == processors)
  }

  @Test(arguments: ["max 100000\n", "", "200000\n", "many 100000\n", "200000 0\n", "-1 100000\n"])
  func noLimitAndUnreadableLimitsAreNone(limit: String) throws {
    #expect(try quota("0::/a\n", ["/a": limit]) == nil)
  }

  @Test(arguments: [
    (["/a/b": "300000 100000", "/a": "200000 100000", "/": "400000 100000"], 2),
    (["/a/b": "100000 100000", "/a": "200000 100000"], 1),
    (["/a/b": "max 100000", "/a": "max 100000", "/": "300000 100000"], 3),
    (["/a/b": "max 100000", "/a": "200000 100000"], 2),
    (["/a": "200000 100000", "/c": "100000 100000"], 2),
  ])
  func smallestLimitUpToTheRootCounts(limits: [String: String], processors: Int) throws {
    #expect(try quota("0::/a/b\n", limits) == processors)
  }

  @Test func rootGroupIsReadAsWell() throws {
    #expect(try quota("0::/\n", ["/": "200000 100000"]) == 2)
  }

  @Test func otherHierarchiesAreSkipped() throws {
    #expect(try quota("3:cpu:/old\n0::/a\n", ["/a": "200000 100000", "/old": "100000 100000"]) == 2)
    #expect(try quota("3:cpu:/old\n", ["/old": "100000 100000"]) == nil)
  }

  @Test func systemWithoutControlGroupsHasNoQuota() {
    #expect(UsableProcessors.quota(controlGroups: folder.path("none"), root: folder.path("root")) == nil)
  }

  @Test func thisProcessHasAProcessor() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(UsableProcessors.count))
  }
}
