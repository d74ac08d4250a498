internal import Glibc

extension Path {
  /// The path from the root on, with links, `.` and `..` resolved as far as it exists.
  package var resolved: Path {
    let full = isAbsolute ? self : Path.workingFolder.appending(FileName(bytes))
    return Self.resolve(full)
  }

  /// The existing part is resolved by the kernel; what does not exist yet has neither links nor, once `..` is taken away, dots.
  private static func resolve(_ path: Path) -> Path {
    if let real = path.withCString({ realpath($0, nil) }) {
      defer { free(real) }
      return Path(bytes: Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
    }
    guard let last = path.components.last else { return "/" }
    let outer = resolve(Path(bytes: Array(path.trimmed.bytes.dropLast(last.bytes.count))).trimmed)
    switch last {
    case FileName("."): return outer
    case FileName(".."): return outer.folder
    default: return outer.appending(last)
    }
  }

  /// Without slashes at its end.
  private var trimmed: Path {
    let end = bytes.lastIndex { $0 != UInt8(ascii: "/") } ?? -1
    return end < 0 ? "/" : Path(bytes: Array(bytes[...end]))
  }

  private static var workingFolder: Path {
    guard let folder = getcwd(nil, 0) else { return "." }
    defer { free(folder) }
    return Path(bytes: Array(UnsafeRawBufferPointer(start: folder, count: strlen(folder))))
  }

  /// The running program.
  package static var ownProgram: Path { FileSystem.target(ofLink: "/proc/self/exe") ?? Path(CommandLine.arguments[0]) }
}
