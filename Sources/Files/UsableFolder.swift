internal import Glibc

/// Why a folder cannot be made or used, for people: what is wrong, and what to do.
package struct FolderProblem: Error, Hashable, CustomStringConvertible {
  package let description: String
  /// Whether it may pass without anybody changing what was asked for: a full disk.
  package let mayPass: Bool
}

extension FileSystem {
  package enum FolderUse: Sendable {
    case reading, writing
  }

  /// Makes a folder, and those that lead to it, where it is missing, and checks that it can be used. A link to a folder
  /// is one.
  ///
  /// - Throws: a `FolderProblem` about the folder, or the one on the way to it that is the cause.
  package static func makeUsable(
    _ path: Path, for use: FolderUse, mode: UInt32 = 0o755
  ) throws(FolderProblem) {
    do throws(FileError) {
      try makeFolders(path, mode: mode)
    } catch {
      throw FolderProblem(making: error)
    }
    let wanted = use == .writing ? R_OK | W_OK | X_OK : R_OK | X_OK
    let isUsable = path.withCString { faccessat(AT_FDCWD, $0, wanted, AT_EACCESS) } == 0
    guard isUsable else { throw FolderProblem(using: FileError("access", path), use) }
  }
}

extension FileSystem {
  /// Whether this process may make and rename things in a folder.
  package static func mayWrite(_ folder: Path) -> Bool {
    folder.withCString { faccessat(AT_FDCWD, $0, W_OK | X_OK, AT_EACCESS) } == 0
  }
}

extension FolderProblem {
  private init(_ what: String, mayPass: Bool = false) { (description, self.mayPass) = (what, mayPass) }

  /// - Parameter error: names the folder that could not be made.
  fileprivate init(making error: FileError) {
    let path = error.path
    switch error.code {
    case EEXIST, ENOTDIR: self.init(Self.inPlace(of: path))
    case EACCES, EPERM:
      self.init(
        "\(path.folder) may not be written by \(Self.user), so that \(path.lastName) cannot be made in it; \(Self.rights)"
      )
    case ENOENT:
      self.init("no folder can be made in \(path.folder); choose a place on a disk")
    case ENAMETOOLONG: self.init("the name \(path.lastName) is too long; 255 bytes are the most")
    default: self.init(other: error, verb: "be made")
    }
  }

  /// - Parameter error: of something in a folder, or of the folder itself.
  package init(using error: FileError, _ use: FileSystem.FolderUse) {
    switch error.code {
    case EACCES, EPERM:
      let verbs = use == .writing ? "read and written" : "read"
      self.init("\(error.path) may not be \(verbs) by \(Self.user); \(Self.rights)")
    default: self.init(other: error, verb: "be used")
    }
  }

  private init(other error: FileError, verb: String) {
    let path = error.path
    switch error.code {
    case EROFS:
      self.init("\(path) is on a file system that can only be read; choose another place, or mount it for writing")
    case ENOSPC, EDQUOT: self.init("\(path) cannot \(verb), since the disk is full; make room", mayPass: true)
    case ELOOP: self.init("\(path) is a link that leads in a circle; remove it")
    default: self.init("\(path) cannot \(verb): \(error.reason)", mayPass: error.code == EIO)
    }
  }

  /// What stands where a folder is wanted.
  private static func inPlace(of path: Path) -> String {
    let thing = [path, path.folder].first { FileStatus($0).map { $0.kind != .folder } ?? false } ?? path
    guard FileStatus(thing)?.kind == .symbolicLink else {
      return
        "\(thing) is \(FileStatus(thing)?.kind.inWords ?? "a file"), not a folder; move it away or choose another folder"
    }
    let target = FileSystem.target(ofLink: thing).map { "\($0)" } ?? "nothing"
    if FileStatus(thing.appending(".")) == nil, errno == ELOOP {
      return "\(thing) is a link that leads in a circle; remove it"
    }
    return "\(thing) is a link to \(target), and there is no such folder; make that folder or remove the link"
  }

  private static let rights = "give it the right to (chown, chmod) or choose another folder"

  /// Who runs this.
  private static var user: String {
    getpwuid(geteuid()).map { "the user \(String(cString: $0.pointee.pw_name))" } ?? "user number \(geteuid())"
  }
}
