package import Files
internal import Foundation

/// Where the program `easel-inotify` is.
package enum WatcherProgram {
  private static let name = "easel-inotify"

  /// What EASEL_INOTIFY names; else what lies beside the running program, as built and as installed, or where distributions put
  /// such programs.
  package static let path: Path = {
    if let named = ProcessInfo.processInfo.environment["EASEL_INOTIFY"] { return Path(named) }
    let folder = Path.ownProgram.folder
    let places = ["", "../lib/easel", "../libexec", "../libexec/easel"].map {
      $0.isEmpty ? folder : folder.appending($0)
    }
    let programs = places.map { $0.appending(name) }
    return programs.first { FileManager.default.isExecutableFile(atPath: $0.text) } ?? programs[0]
  }()
}
