import Files
import Cache
import Foundation
import Safetensors
import TestSupport
import Testing

/// The byte budget, and what crashes leave.
struct HousekeepingTests {
  private let folder: TemporaryFolder
  private let cache: CacheFolder

  init() throws {
    folder = try TemporaryFolder()
    cache = CacheFolder(directory: Path(folder.path("cache")), budgetBytes: 100_000)
  }

  private func key(_ number: Int) -> CacheKey { CacheKey(of: "test") { $0.add("number", number) } }

  /// An entry of some 4000 bytes that was stored so many minutes ago.
  private func store(_ number: Int, _ kind: EntryKind = .targets, minutesAgo: Int) throws {
    cache.store(kind, [TensorContents(name: "a", shape: [1000], floats: Array(repeating: 1, count: 1000))], key(number))
    let entry = try #require(cache.entries(kind).first { $0.key == key(number) })
    try age(entry.path.text, minutes: minutesAgo)
  }

  private func age(_ path: String, minutes: Int) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: Double(-60 * minutes))], ofItemAtPath: path)
  }

  @Test func whatWasUnusedLongestGoesFirst() throws {
    for (number, kind) in zip(0..<6, [EntryKind.targets, .results, .searches, .targets, .results, .searches]) {
      try store(number, kind, minutesAgo: 10 + number)
    }
    // Found a moment ago, though stored first of all.
    #expect(cache.entry(.searches, key(5)) != nil)
    #expect(cache.entries().map(\.key) == [5, 0, 1, 2, 3, 4].map(key))
    let each = cache.entries()[0].bytes
    let removed = cache.prune(to: 3 * each + 500)
    #expect(removed.map(\.key) == [4, 3, 2].map(key))
    #expect(cache.entries().map(\.key) == [5, 0, 1].map(key))
    #expect(cache.prune(to: 3 * each + 500).isEmpty)
    #expect(try folder.contents().filter { $0.hasSuffix(".uses") }.count == 1)
  }

  @Test func hitsAreCountedAndRememberedByTheFolder() throws {
    try store(1, minutesAgo: 60)
    for _ in 0..<3 { #expect(CacheFolder(directory: cache.directory).entry(.targets, key(1)) != nil) }
    let entry = try #require(cache.entries().first)
    #expect(entry.hits == 3)
    #expect(entry.storedAt.timeIntervalSinceNow < -3500 && entry.usedAt.timeIntervalSinceNow > -100)
  }

  @Test func whatARunningProcessUsesStaysAndNothingElse() throws {
    for number in 0..<3 { try store(number, minutesAgo: 10) }
    let others = CacheFolder(directory: cache.directory)
    try cache.withLease {
      #expect(cache.entry(.targets, key(1)) != nil)
      try store(3, minutesAgo: 20)
      // Found since, but by nobody who still runs.
      #expect(others.entry(.targets, key(2)) != nil)
      #expect(Set(others.prune(to: 0).map(\.key)) == [key(0), key(2)])
      #expect(cache.entries().map(\.key) == [key(1), key(3)])
    }
    #expect(cache.prune(to: 0).count == 2)
    #expect(try folder.contents().filter { $0.hasPrefix("cache/leases/") } == [])
  }

  @Test func anEntryThatIsTooLargeIsNotKeptAndSaysSo() {
    cache.store(
      .searches, [TensorContents(name: "a", shape: [60_000], bytes: Array(repeating: 1, count: 60_000))], key(1))
    #expect(cache.entries().isEmpty)
    #expect(
      cache.statistics.notes == [
        "cache entry not stored: searches: 60000 bytes are more than half of the cache's budget (cache_size) of 100000 bytes"
      ])
  }

  @Test func leftoversOfCrashesGoAfter36Hours() throws {
    try store(1, minutesAgo: 6000)
    #expect(cache.entry(.targets, key(1)) != nil)
    let shelf = URL(filePath: cache.entries()[0].path.text).deletingLastPathComponent().path
    let own = ".a.safetensors.\(getpid())-7.tmp"
    let files = [own: 35 * 60, "b": 6000, ".b.safetensors.\(getpid())-8.tmp": 37 * 60, "orphan.uses": 37 * 60]
    for (name, minutes) in files {
      try Data("x".utf8).write(to: URL(filePath: "\(shelf)/\(name)"))
      try age("\(shelf)/\(name)", minutes: minutes)
    }
    let (dead, foreign) = ("\(cache.directory)/leases/1-1", "\(cache.directory)/leases/contract.pdf")
    try FileManager.default.createDirectory(atPath: "\(cache.directory)/leases", withIntermediateDirectories: true)
    for path in [dead, foreign] {
      try Data().write(to: URL(filePath: path))
      try age(path, minutes: 5)
    }
    cache.removeLeftovers()
    let left = try FileManager.default.contentsOfDirectory(atPath: shelf)
    #expect(left.sorted() == [own, "\(key(1)).safetensors", "\(key(1)).uses", "b"].sorted())
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(FileManager.default.fileExists(atPath: foreign), "it is nobody's lease")
  }

  @Test func pruningWhileOthersReadAndWriteDisturbsNobody() async throws {
    let caches = (0..<4).map { _ in CacheFolder(directory: cache.directory) }
    await withTaskGroup { group in
      for (index, cache) in caches.enumerated() {
        group.addTask { [self] in
          for round in 0..<30 {
            let number = (index + round) % 5
            cache.store(
              .targets, [TensorContents(name: "a", shape: [500], floats: Array(repeating: Float(number), count: 500))],
              key(number))
            if let found = cache.entry(.targets, key(number)) {
              #expect((try? found.floats(of: "a")) == Array(repeating: Float(number), count: 500))
            }
            cache.prune(to: 3000)
          }
        }
      }
    }
    for cache in caches { #expect(cache.statistics.rejected == 0 && cache.statistics.failedStores == 0) }
  }
}
