internal import FoundationEssentials
package import Safetensors
internal import Synchronization

/// Tensors that are costly to compute, kept on disk under a key: a style's Gram matrices, a content's activations.
///
/// Entries are safetensors files, `targets/ab/abcdef....safetensors` below the cache's folder. They are written whole
/// and renamed into place, so any number of threads, processes and daemons may share a folder, and anybody may delete
/// any part of it at any time. The cache never fails: an entry that does not check out is a miss, an entry that cannot be
/// stored will be computed again. Both are counted and noted in `statistics`.
package final class TargetCache: Sendable {
  /// The kind of entry that this type keeps; other kinds have folders of their own beside it.
  private let targetsFolder: String
  private let state = Mutex(CacheStatistics())

  private enum Field {
    static let formatVersion = "format_version"
    static let key = "key"
    static let inventory = "tensors"
    static let provenance = "from_"
  }
  private static let formatVersion = "1"

  /// A cache below `directory`, which is made when the first entry is stored.
  package init(directory: String) {
    targetsFolder = "\(directory)/targets"
  }

  package var statistics: CacheStatistics { state.withLock { $0 } }

  /// The tensors stored under `key`, every byte of them verified; nil where there are none or they are damaged.
  package func tensors(for key: CacheKey) -> SafetensorsFile? {
    do {
      let file = try SafetensorsFile(path: path(of: key))
      try Self.check(file, is: key)
      state.withLock { $0.hits += 1 }
      return file
    } catch let error as SafetensorsError where error.problem.isMissingFile {
      state.withLock { $0.misses += 1 }
    } catch {
      state.withLock {
        $0.rejected += 1
        $0.notes.append("cache entry not used: \(error)")
      }
    }
    return nil
  }

  /// Keeps `tensors` under `key`, in place of what was there. `provenance` says where they came from (the picture's name,
  /// the network, ...): for people, never read back.
  package func store(_ tensors: [TensorContents], for key: CacheKey, provenance: [String: String] = [:]) {
    var metadata = Dictionary(uniqueKeysWithValues: provenance.map { (Field.provenance + $0, $1) })
    metadata[Field.formatVersion] = Self.formatVersion
    metadata[Field.key] = key.description
    metadata[Field.inventory] = Self.inventory(tensors.map { ($0.name, $0.elementType, $0.shape) })
    do {
      try write(SafetensorsDocument(tensors: tensors, metadata: metadata), to: path(of: key))
      state.withLock { $0.stored += 1 }
    } catch {
      state.withLock {
        $0.failedStores += 1
        $0.notes.append("cache entry not stored: \(error)")
      }
    }
  }

  private func write(_ document: SafetensorsDocument, to path: String) throws {
    do {
      try document.write(to: path)
    } catch let error as SafetensorsError where error.problem.isMissingFile {
      let folder = URL(filePath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try document.write(to: path)
    }
  }

  private func path(of key: CacheKey) -> String {
    "\(targetsFolder)/\(key.description.prefix(2))/\(key).safetensors"
  }

  /// Throws unless `file` is a whole entry of `key`: the payload has its digest, and the header lists what was stored.
  private static func check(_ file: SafetensorsFile, is key: CacheKey) throws {
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
  let path: String
  let field: String
  let expected: String
  let found: String?

  var description: String { "\(path): expected \(field) \(expected), found \(found ?? "none")" }
}
