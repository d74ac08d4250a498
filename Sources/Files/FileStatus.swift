internal import Glibc

/// What the kernel says about a file: the part that intake and spool look at.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case regular, folder, symbolicLink, pipe, device, socket

    /// As in "is a directory".
    package var inWords: String {
      switch self {
      case .regular: "a file"
      case .folder: "a directory"
      case .symbolicLink: "a symbolic link"
      case .pipe: "a fifo (named pipe)"
      case .device: "a device"
      case .socket: "a special file"
      }
    }
  }

  package let kind: Kind
  package let identity: FileIdentity
  /// Whether anybody on the machine may write it.
  package let isWorldWritable: Bool

  /// What is at `path` itself, without following a link; nil with `errno` set when the call fails.
  package init?(_ path: Path) {
    var status = stat()
    guard path.withCString({ lstat($0, &status) }) == 0 else { return nil }
    self.init(status)
  }

  /// What an open file is; nil with `errno` set when the call fails.
  /// What is at `path`, through links.
  package init?(following path: Path) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    self.init(status)
  }

  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
    isWorldWritable = status.st_mode & S_IWOTH != 0 && status.st_mode & S_IFMT != S_IFLNK
    identity = FileIdentity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), sizeBytes: Int64(status.st_size),
      modified: Self.nanoseconds(status.st_mtim), changed: Self.nanoseconds(status.st_ctim))
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? Int64(time.tv_sec) : seconds &+ Int64(time.tv_nsec)
  }
}
