import ArgumentParser
import Files
import Inbox
import Jobs
import Service
import Status
import StyleLibrary

/// What a shell offers behind a half-written command line. Mistakes in it offer nothing, and say nothing.
extension CompletionKind {
  static var pictures: CompletionKind { .file(extensions: FileRole.pictureExtensions.sorted()) }
  static var settingsFiles: CompletionKind { .file(extensions: ["yaml", "yml", "json"]) }

  /// Names of remembered styles, and picture files.
  static var paintings: CompletionKind {
    .custom { words, _, beginning in Completions.styles(words) + Completions.files(beginning) }
  }

  static var styles: CompletionKind { .custom { words, _, _ in Completions.styles(words) } }
  static var presets: CompletionKind { .custom { words, _, _ in Completions.presets(words) } }
  static var jobs: CompletionKind { .custom { words, _, _ in Completions.jobs(words) } }
  static var settings: CompletionKind { .custom { words, _, _ in Completions.settings(words) } }
}

private enum Completions {
  /// Where the half-written command line says that folders are.
  private static func configuration(_ words: [String]) -> DaemonConfiguration? {
    func path(_ option: String) -> Path? {
      let next = words.firstIndex(of: option).map { words.index(after: $0) }
      let joined = words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
      return (next.flatMap { $0 < words.endIndex ? words[$0] : nil } ?? joined).map { Path($0) }
    }
    return try? DaemonConfiguration(
      inbox: path("--inbox"), outbox: path("--outbox"), styles: path("--styles"), settingsFile: path("--config"))
  }

  static func styles(_ words: [String]) -> [String] {
    let library = configuration(words)?.styleLibrary
    return library.flatMap { try? $0.list() }?.styles.map(\.name.text) ?? []
  }

  static func presets(_ words: [String]) -> [String] {
    (configuration(words)?.settings.presets ?? .builtIn).names
  }

  static func jobs(_ words: [String]) -> [String] {
    guard let configuration = configuration(words),
      let report = try? StatusReport(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
    else { return [] }
    // What is done needs nothing more; what has failed can be tried again.
    return report.jobs.filter { $0.state != .done }.map(\.name)
  }

  /// Keys with `=`, and with each word that they allow.
  static func settings(_ words: [String]) -> [String] {
    presets(words).map { "\(Preset.key)=\($0)" }
      + Settings.choices.flatMap { key, choices in choices.isEmpty ? ["\(key)="] : choices.map { "\(key)=\($0)" } }
  }

  /// Pictures and folders that begin with what is there.
  static func files(_ beginning: String) -> [String] {
    let slash = beginning.lastIndex(of: "/")
    let folder = slash.map { String(beginning[...$0]) } ?? ""
    let names = (try? Path(folder.isEmpty ? "." : folder).names()) ?? []
    return names.compactMap(\.text).filter { !$0.hasPrefix(".") }.compactMap { name in
      if FileStatus(following: Path(folder + name))?.kind == .folder { return folder + name + "/" }
      let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      return FileRole.pictureExtensions.contains(ending) ? folder + name : nil
    }
  }
}
