package import Files
internal import Glibc
package import Safetensors
internal import Synchronization

/// What is costly to compute, kept on disk under a key.
///
/// Entries are safetensors files, `KIND/ab/abcdef....safetensors` below the folder. They are written whole and renamed into place,
/// so any number of threads, processes and daemons may share a folder, and anybody may delete any part of it at any time.
/// Finding and storing never fail: an entry that does not check out is a miss, an entry that cannot be stored will be
/// computed again. Both are counted and noted in `statistics`.
package final class CacheFolder: Sendable {
  package let directory: Path
  /// How much room the entries may take; `prune` sees to it.
  package let budgetBytes: Int
  private let state = Mutex(State())

  private struct State {
    var statistics = CacheStatistics()
    var lease: CacheLease?
  }

  private enum Field {
    static let formatVersion = "format_version"
    static let key = "key"
    static let inventory = "tensors"
    static let facts = "from_"
  }
  private static let formatVersion = "1"
  package static let defaultBudgetBytes = 2 << 30

  /// A cache in `directory`, which is made when the first entry is stored.
  package init(directory: Path, budgetBytes: Int = CacheFolder.defaultBudgetBytes) {
    self.directory = directory
    self.budgetBytes = budgetBytes
  }

  package var statistics: CacheStatistics { state.withLock { $0.statistics } }

  /// Runs `body`; what it finds or stores is not removed by others before its end.
  package func withLease<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.withLock { $0.lease = CacheLease(in: directory) }
    defer { state.withLock { $0.lease = nil } }
    return try body()
  }

  /// What `read` makes of the entry stored under `key`, every byte of whose tensors is verified; nil where there is none, it is
  /// damaged, or `read` finds that it does not hold what it should.
  package func entry<Value>(_ kind: EntryKind, _ key: CacheKey, _ read: (SafetensorsFile) throws -> Value?) -> Value? {
    do {
      let file = try SafetensorsFile(path: path(kind, key))
      try Self.check(file, is: key)
      guard let value = try read(file) else { throw UnexpectedContents(path: file.path, kind: kind) }
      state.withLock {
        $0.statistics.hits += 1
        $0.lease?.add(key)
      }
      noteUse(of: file.path)
      return value
    } catch let error as SafetensorsError where error.problem.isMissingFile {
      state.withLock { $0.statistics.misses += 1 }
    } catch {
      state.withLock {
        $0.statistics.rejected += 1
        $0.statistics.notes.append("cache entry not used: \(error)")
      }
    }
    return nil
  }

  package func entry(_ kind: EntryKind, _ key: CacheKey) -> SafetensorsFile? { entry(kind, key) { $0 } }

  /// What was said of the entry under `key`; nil where there is none. Not verified, and not counted as a use.
  package func facts(_ kind: EntryKind, _ key: CacheKey) -> [String: String]? {
    (try? SafetensorsFile(path: path(kind, key))).map(Self.facts)
  }

  /// Keeps `tensors` under `key`, in place of what was there. An entry that would push most others out is not kept.
  ///
  /// - Parameter facts: where they came from (the picture's name, the network, ...), under `from_...` in the metadata.
  package func store(_ kind: EntryKind, _ tensors: [TensorContents], _ key: CacheKey, facts: [String: String] = [:]) {
    var metadata = Dictionary(uniqueKeysWithValues: facts.map { (Field.facts + $0, $1) })
    metadata[Field.formatVersion] = Self.formatVersion
    metadata[Field.key] = key.description
    metadata[Field.inventory] = Self.inventory(tensors.map { ($0.name, $0.elementType, $0.shape) })
    do {
      let bytes = tensors.reduce(0) { $0 + $1.byteCount }
      guard bytes <= budgetBytes / 2 else {
        throw EntryTooLarge(kind: kind, bytes: bytes, budgetBytes: budgetBytes)
      }
      state.withLock { $0.lease?.add(key) }
      try write(SafetensorsDocument(tensors: tensors, metadata: metadata), to: path(kind, key))
      state.withLock { $0.statistics.stored += 1 }
    } catch {
      state.withLock {
        $0.statistics.failedStores += 1
        $0.statistics.notes.append("cache entry not stored: \(error)")
      }
    }
  }

  /// What was said of an entry when it was stored. The digest does not cover it.
  package static func facts(of file: SafetensorsFile) -> [String: String] {
    let facts = file.metadata.filter { $0.key.hasPrefix(Field.facts) }
    return Dictionary(uniqueKeysWithValues: facts.map { (String($0.dropFirst(Field.facts.count)), $1) })
  }

  private func write(_ document: SafetensorsDocument, to path: Path) throws {
    do {
      try document.write(to: path)
    } catch let error as SafetensorsError where error.problem.isMissingFile {
      try FileSystem.makeFolders(path.folder, mode: 0o777)
      try document.write(to: path)
    }
  }

  private func path(_ kind: EntryKind, _ key: CacheKey) -> Path {
    directory.appending("\(kind.rawValue)/\(key.description.prefix(2))/\(key)\(Self.fileEnding)")
  }

  static let fileEnding = ".safetensors"
  /// Beside an entry: as many bytes as times it was found. Appending a byte needs no lock, and the file's time is that of the last.
  static let usesEnding = ".uses"

  static func usesPath(of path: Path) -> Path {
    Path(bytes: path.bytes.dropLast(fileEnding.utf8.count) + Array(usesEnding.utf8))
  }

  private func noteUse(of path: Path) {
    // Where it cannot be noted, the entry only looks older than it is.
    try? OpenFile(Self.usesPath(of: path), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o644).write([
      0x2e
    ]
    )
  }

  /// Throws unless `file` is a whole entry of `key`: the payload has its digest, and the header lists what was stored.
  static func check(_ file: SafetensorsFile, is key: CacheKey) throws {
    let expected = [
      Field.formatVersion: formatVersion,
      Field.key: key.description,
      Field.inventory: inventory(file.tensors.map { ($0.name, $0.elementType, $0.shape) }),
    ]
    for (field, value) in expected where file.metadata[field] != value {
      throw EntryMismatch(path: file.path, field: field, expected: value, found: file.metadata[field])
    }
    try file.verifyPayload()
  }

  /// Names, types and shapes once more, in the metadata: the payload's digest says nothing about the header.
  private static func inventory(_ tensors: [(name: String, type: ElementType, shape: [Int])]) -> String {
    tensors.map { "\($0.name) \($0.type.rawValue) \($0.shape)" }.sorted().joined(separator: "; ")
  }
}

/// An entry that is a sound safetensors file, but not the one that the key asks for.
struct EntryMismatch: Error, CustomStringConvertible {
  let path: Path
  let field: String
  let expected: String
  let found: String?

  var description: String { "\(path): expected \(field) \(expected), found \(found ?? "none")" }
}

/// A sound entry that does not hold what its kind should.
struct UnexpectedContents: Error, CustomStringConvertible {
  let path: Path
  let kind: EntryKind

  var description: String { "\(path): sound, but not what an entry of \(kind.rawValue) should hold" }
}

struct EntryTooLarge: Error, CustomStringConvertible {
  let kind: EntryKind
  let bytes: Int
  let budgetBytes: Int

  var description: String {
    "\(kind.rawValue): \(bytes) bytes are more than half of the cache's budget (cache_size) of \(budgetBytes) bytes"
  }
}
