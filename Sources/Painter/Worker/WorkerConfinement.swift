internal import CProcess
internal import Glibc

/// What a worker gives up before it reads a stranger's picture: a decoder that is taken over can do little then.
enum WorkerConfinement {
  /// Above the state of the largest picture (8192 pixels square, with twenty vectors of the optimiser).
  private static let largestFileBytes: UInt64 = 64 << 30
  private static let openFiles: UInt64 = 256

  /// For the rest of this process. A kernel that knows a measure not goes without it: the others still count.
  ///
  /// (The number of processes is not limited: the kernel counts all of the user's, with their threads.)
  static func enter() {
    _ = CProcessSetNoNewPrivileges()
    _ = CProcessSetLimits(largestFileBytes, openFiles)
    _ = CProcessForbidForeignCalls()
    // Too large a file is then an error of write(2), like any other.
    signal(SIGXFSZ, SIG_IGN)
  }
}
