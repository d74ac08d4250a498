import ArgumentParser
import Cache
import Files
import Glibc
import Jobs

/// `easel cache list|verify|prune|clear`: what is kept between jobs. All of it can be computed again.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "See what the cache holds, check it, or make room.",
    subcommands: [List.self, Verify.self, Prune.self, Clear.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the entries, the latest used first.")

    @OptionGroup var folders: FolderOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let listing = CacheListing(try folders.openCache())
      print(json ? try listing.json : listing.text)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every entry to its last byte and name those that are damaged.",
      discussion: "Damaged entries are never used, and replaced when they are needed.")

    @OptionGroup var folders: FolderOptions
    @Flag(help: "Remove the damaged entries.")
    var remove = false

    func run() throws {
      let cache = try folders.openCache(toRemove: remove)
      let entries = cache.entries()
      var damaged = 0
      for entry in entries {
        do {
          try cache.verify(entry)
        } catch {
          damaged += 1
          print("\(error)")
          if remove { try cache.remove(entry) }
        }
      }
      let fate = damaged == 0 ? "" : remove ? "; removed" : "; easel cache verify --remove takes them away"
      print("\(entries.count) entries, \(damaged) damaged\(fate)")
      if damaged > 0 && !remove { throw ExitCode.failure }
    }
  }

  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove what was unused longest, until the rest fits.",
      discussion: "What running jobs use stays. Jobs do the same when they end.")

    @OptionGroup var folders: FolderOptions
    @Option(help: "How much may stay, as 500M or 2G (default: the configuration's cache_size, or 2G).")
    var to: String?

    private var limit: Int? {
      get throws {
        guard let to else { return nil }
        guard let size = ByteSize(to) else {
          throw ValidationError("--to: expected a size as 500M or 2G, found \(to)")
        }
        return size.bytes
      }
    }

    func validate() throws { _ = try limit }

    func run() throws {
      let cache = try folders.openCache(toRemove: true)
      cache.removeLeftovers()
      let removed = cache.prune(to: try limit ?? cache.budgetBytes)
      print("removed \(removed.count) entries, \(ByteSize(bytes: removed.reduce(0) { $0 + $1.bytes }).words)")
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove every entry; jobs only take longer afterwards.")

    @OptionGroup var folders: FolderOptions

    func run() throws {
      let cache = try folders.openCache(toRemove: true)
      let entries = cache.entries()
      for entry in entries { try cache.remove(entry) }
      cache.removeLeftovers()
      print("removed \(entries.count) entries, \(ByteSize(bytes: entries.reduce(0) { $0 + $1.bytes }).words)")
    }
  }
}

extension FolderOptions {
  /// - Throws: what keeps this user from it, where it is somebody else's: none of it is not nothing.
  fileprivate func openCache(toRemove: Bool = false) throws -> CacheFolder {
    let configuration = try configuration()
    let folder = configuration.cache
    do {
      _ = try folder.names()
      if toRemove, !FileSystem.mayWrite(folder) { throw FileError("remove", folder, code: EACCES) }
    } catch let error as FileError where error.code == ENOTDIR {
      throw ValidationError("\(folder): expected the folder of the cache, found a file")
    } catch let error as FileError where error.code == EACCES {
      throw ValidationError("\(error); run it as the cache's owner (for the service: sudo)")
    } catch let error as FileError where error.isMissing {
      // Nothing was kept yet.
    }
    return CacheFolder(directory: configuration.cache, budgetBytes: configuration.settings.cacheBytes)
  }
}
