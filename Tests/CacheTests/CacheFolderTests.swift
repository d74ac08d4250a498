import Files
import Foundation
import Safetensors
import Cache
import TestSupport
import Testing

struct CacheTests {
  private let folder: TemporaryFolder
  private let cache: CacheFolder
  private let key = CacheKey(of: "test") { $0.add("picture", "a") }
  private let otherKey = CacheKey(of: "test") { $0.add("picture", "b") }
  private let tensors = [
    TensorContents(name: "block1_conv2.gram", shape: [2, 2], floats: [1, 2, 2, 5]),
    TensorContents(name: "block4_conv2.features", shape: [1, 3], floats: [7, 8, 9]),
  ]

  init() throws {
    folder = try TemporaryFolder()
    cache = CacheFolder(directory: Path(folder.path("cache")))
  }

  private func entryPath(of key: CacheKey) -> String {
    "cache/targets/\(key.description.prefix(2))/\(key).safetensors"
  }

  @Test func whatWasStoredIsFoundAgain() throws {
    #expect(cache.entry(.targets, key) == nil)
    cache.store(.targets, tensors, key, facts: ["style": "auvers.jpg"])
    let file = try #require(cache.entry(.targets, key))
    #expect(try file.floats(of: "block1_conv2.gram") == [1, 2, 2, 5])
    #expect(try file.info(of: "block4_conv2.features").shape == [1, 3])
    #expect(cache.entry(.targets, otherKey) == nil)
    #expect(cache.statistics == statistics(hits: 1, misses: 2, stored: 1))
    #expect(try folder.contents().filter { $0.hasSuffix(".safetensors") } == [entryPath(of: key)])
  }

  @Test func pythonReadsEntries() throws {
    cache.store(.targets, tensors, key, facts: ["style": "auvers.jpg"])
    try Python.run(
      """
      import sys, numpy as np
      from safetensors import safe_open
      with safe_open(sys.argv[1], "np") as f:
          assert (f.get_tensor("block1_conv2.gram") == np.float32([[1, 2], [2, 5]])).all()
          metadata = f.metadata()
      assert metadata["format_version"] == "1" and metadata["key"] == sys.argv[2], metadata
      assert metadata["from_style"] == "auvers.jpg" and len(metadata["payload_sha256"]) == 64, metadata
      """, folder.path(entryPath(of: key)), key.description)
  }

  @Test func everyFlippedBitIsRejectedOrHarmless() throws {
    cache.store(.targets, tensors, key, facts: ["style": "auvers.jpg"])
    let sound = [UInt8](try Data(contentsOf: URL(filePath: folder.path(entryPath(of: key)))))
    var harmless = 0
    for index in sound.indices {
      var damaged = sound
      damaged[index] ^= 1 << (index % 8)
      try folder.write(damaged, to: entryPath(of: key))
      guard let file = cache.entry(.targets, key) else { continue }
      harmless += 1
      #expect(try file.floats(of: "block1_conv2.gram") == [1, 2, 2, 5], "byte \(index)")
      #expect(try file.floats(of: "block4_conv2.features") == [7, 8, 9], "byte \(index)")
      #expect(try file.info(of: "block1_conv2.gram").shape == [2, 2], "byte \(index)")
    }
    #expect(cache.statistics.rejected == sound.count - harmless)
    #expect(harmless < 40, "only provenance and padding may change unnoticed")
  }

  @Test(arguments: ["cut", "empty", "link", "folder", "foreign version", "another entry"])
  func anEntryThatDoesNotCheckOutIsRejectedAndRebuilt(damage: String) throws {
    cache.store(.targets, tensors, key)
    cache.store(.targets, tensors, otherKey)
    let path = folder.path(entryPath(of: key))
    let sound = [UInt8](try Data(contentsOf: URL(filePath: path)))
    try FileManager.default.removeItem(atPath: path)
    switch damage {
    case "cut": try folder.write(sound.dropLast(), to: entryPath(of: key))
    case "empty": try folder.write([], to: entryPath(of: key))
    case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/null")
    case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case "foreign version":
      let text = String(decoding: sound, as: Unicode.ASCII.self)
      let at = try #require(text.range(of: #""format_version":"1"#))
      var bytes = sound
      bytes[text.distance(from: text.startIndex, to: at.upperBound) - 1] = UInt8(ascii: "2")
      try folder.write(bytes, to: entryPath(of: key))
    default: try FileManager.default.copyItem(atPath: folder.path(entryPath(of: otherKey)), toPath: path)
    }
    #expect(cache.entry(.targets, key) == nil)
    #expect(cache.statistics.rejected == 1)
    #expect(cache.statistics.notes.first?.hasPrefix("cache entry not used: \(path): ") == true)
    if damage == "folder" { try FileManager.default.removeItem(atPath: path) }
    cache.store(.targets, tensors, key)
    #expect(cache.entry(.targets, key) != nil)
  }

  @Test func anEntryThatHoldsSomethingElseIsRejected() {
    cache.store(.targets, tensors, key)
    let read: Int? = cache.entry(.targets, key) { _ in nil }
    #expect(read == nil)
    #expect(cache.statistics.rejected == 1 && cache.statistics.hits == 0)
    #expect(cache.statistics.notes[0].hasSuffix("sound, but not what an entry of targets should hold"))
  }

  @Test func aStoreThatFailsIsNotedAndNothingElse() throws {
    try folder.write([], to: "cache")
    cache.store(.targets, tensors, key)
    #expect(cache.entry(.targets, key) == nil)
    #expect(cache.statistics.failedStores == 1)
    #expect(cache.statistics.notes.first?.hasPrefix("cache entry not stored: ") == true)
    #expect(try folder.contents() == ["cache"])
  }

  @Test func theFolderMayBeDeletedAtAnyTime() async throws {
    cache.store(.targets, tensors, key)
    let held = try #require(cache.entry(.targets, key))
    try FileManager.default.removeItem(atPath: folder.path("cache"))
    #expect(try held.floats(of: "block1_conv2.gram") == [1, 2, 2, 5])
    #expect(cache.entry(.targets, key) == nil)
    await withTaskGroup { group in
      group.addTask { [folder] in
        for _ in 0..<50 { try? FileManager.default.removeItem(atPath: folder.path("cache")) }
      }
      group.addTask { [cache, tensors, key] in
        for _ in 0..<50 {
          cache.store(.targets, tensors, key)
          _ = cache.entry(.targets, key)
        }
      }
    }
    #expect(cache.statistics.rejected == 0)
    cache.store(.targets, tensors, key)
    #expect(cache.entry(.targets, key) != nil)
  }

  @Test func manyWritersAndReadersNeverMeetAHalfWrittenEntry() async throws {
    let caches = (0..<4).map { _ in CacheFolder(directory: Path(folder.path("cache"))) }
    let big = [TensorContents(name: "a", shape: [20_000], floats: Array(repeating: 1, count: 20_000))]
    await withTaskGroup { group in
      for cache in caches {
        group.addTask { [key] in
          for _ in 0..<20 {
            cache.store(.targets, big, key)
            _ = cache.entry(.targets, key)
          }
        }
      }
    }
    for cache in caches {
      #expect(cache.statistics == statistics(hits: 20, misses: 0, stored: 20))
    }
    #expect(try folder.contents().filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func whatKilledWritersLeftIsRemoved() throws {
    cache.store(.targets, [TensorContents(name: "a", shape: [1], floats: [1])], key)
    let entry = try #require(try folder.contents().first { $0.hasSuffix(".safetensors") })
    let shelf = URL(filePath: folder.path(entry)).deletingLastPathComponent().path
    // No process has a number that high.
    for process in [999_999_999, getpid()] {
      try Data("half".utf8).write(to: URL(filePath: "\(shelf)/.half.safetensors.\(process)-7.tmp"))
    }
    cache.removeLeftovers()
    let names = try FileManager.default.contentsOfDirectory(atPath: shelf).sorted()
    #expect(names == [".half.safetensors.\(getpid())-7.tmp", URL(filePath: entry).lastPathComponent])
  }

  private func statistics(hits: Int, misses: Int, stored: Int) -> CacheStatistics {
    var statistics = CacheFolder(directory: Path("")).statistics
    statistics.hits = hits
    statistics.misses = misses
    statistics.stored = stored
    return statistics
  }
}
