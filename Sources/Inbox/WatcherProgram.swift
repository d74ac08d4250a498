internal import Foundation

/// Where the program `easel-inotify` is.
enum WatcherProgram {
  private static let name = "easel-inotify"

  /// What EASEL_INOTIFY names; else what lies beside the running program, as built and as installed, or where distributions put
  /// such programs.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["EASEL_INOTIFY"] { return named }
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let folder = URL(filePath: own).deletingLastPathComponent().path
    let places = [folder, folder + "/../lib/easel", folder + "/../libexec", folder + "/../libexec/easel"]
    let found = places.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return found ?? "\(folder)/\(name)"
  }()
}
