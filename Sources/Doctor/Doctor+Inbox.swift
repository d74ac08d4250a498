internal import Files
internal import Foundation
internal import Inbox
internal import Service

// How the inbox gives what is dropped there to the service.
extension Doctor {
  /// More than so many entries are not looked at.
  private static let mostEntries = 10_000
  private static let mostNamed = 5

  var inboxFindings: [Finding] {
    guard let rights = Rights(configuration.inbox) else { return [] }
    return [groupFinding(rights), wayFinding].compactMap(\.self) + contentsFindings
  }

  private func groupFinding(_ rights: Rights) -> Finding? {
    // Where nobody else may write, nobody else's files come.
    guard rights.mode & 0o022 != 0 else { return nil }
    let inbox = configuration.inbox
    guard rights.passesGroupOn, service.groups.contains(rights.group) else {
      return .note(
        "sharing", "what others drop into \(inbox) keeps their own group, and the service may be unable to take it",
        advice: "chgrp \(service.name) \(inbox); chmod g+s \(inbox)")
    }
    let list = AccessList(inbox, "system.posix_acl_default")
    guard list?.groupRights.isSuperset(of: [.read, .write, .search]) == true else {
      return .note(
        "sharing",
        "with a umask of 077 (a share's, or a person's) what is dropped into \(inbox) cannot be read by the service",
        advice:
          "setfacl -d -m g::rwx \(inbox)   (package acl), or create mask = 0660 and directory mask = 2770 of the share"
      )
    }
    return .ok("sharing", "what is dropped belongs to the group \(Person.groupName(rights.group)), whatever the umask")
  }

  private var wayFinding: Finding? {
    let (inbox, outbox) = (configuration.inbox, configuration.outbox)
    guard let from = FileStatus(following: inbox)?.identity, let to = FileStatus(following: outbox)?.identity else {
      return nil
    }
    return from.device == to.device
      ? nil
      : .note(
        "sharing", "inbox and outbox are on different file systems: each job is copied when it is taken",
        advice: "put both on one, unless the inbox is another machine's")
  }

  private var contentsFindings: [Finding] {
    let inbox = configuration.inbox
    let entries = ((try? inbox.names()) ?? []).prefix(Self.mostEntries).map { inbox.appending($0) }
    let locked = entries.filter { path in
      guard let kind = FileStatus(path)?.kind, kind == .regular || kind == .folder else { return false }
      // A folder is changed when it is moved elsewhere: it holds the way back.
      return Rights(path)?.allow(service, kind == .folder ? [.read, .write, .search] : .read) == false
    }
    let now = Date.now.timeIntervalSince1970
    let ahead = entries.filter { FileStatus($0).map { Double($0.identity.modified) / 1e9 > now + 60 } ?? false }
    var findings: [Finding] = []
    if !locked.isEmpty {
      findings.append(
        .wrong(
          "inbox", "\(service.name) may not take \(named(locked)): the umask of who dropped it was too strict",
          advice: "chmod -R g+rwX \(locked[0])" + (locked.count > 1 ? ", and so on" : "")
            + "; a share wants create mask = 0660 and directory mask = 2770"))
    }
    if !ahead.isEmpty {
      findings.append(
        .note(
          "clock", "\(named(ahead)) in the inbox has a date in the future",
          advice: "set the clock of the machine that it came from; files are taken all the same"))
    }
    return findings
  }

  private func named(_ paths: [Path]) -> String {
    let names = paths.prefix(Self.mostNamed).map { "\($0.lastName)" }.joined(separator: ", ")
    return paths.count > Self.mostNamed ? "\(names) and \(paths.count - Self.mostNamed) more" : names
  }
}

// The watcher.
extension Doctor {
  func watcherFindings() async -> [Finding] {
    let (settings, inbox) = (configuration.settings, configuration.inbox)
    if settings.polling == .on || settings.polling == .auto && NetworkFileSystem.contains(inbox) {
      let why = settings.polling == .on ? "polling: on" : "the inbox is on a network file system"
      return [.ok("watcher", "the inbox is looked through every \(settings.pollingInterval), since \(why)")]
    }
    let every = "the inbox is looked through every \(settings.pollingInterval) instead"
    let program = WatcherProgram.path
    guard let rights = Rights(program), rights.allow(service, [.read, .search]) else {
      return [
        .note(
          "watcher", "\(program) is missing; \(every)",
          advice: "install the package easel-inotify, or build it: make build")
      ]
    }
    guard FileStatus(following: inbox)?.kind == .folder else { return [] }
    let said = await Command(
      program: program, arguments: ["--stdin"], input: Array("+".utf8) + inbox.bytes + [0]
    ).output()
    guard let said else {
      return [
        .wrong(
          "watcher", "\(program) cannot be started, or gets no instance of inotify; \(every)",
          advice: "sysctl fs.inotify.max_user_instances=512, and keep it in /etc/sysctl.d/easel.conf")
      ]
    }
    return [watched(said, every)]
  }

  private func watched(_ said: [UInt8], _ every: String) -> Finding {
    let lines = said.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let refused = lines.first(where: { $0.hasPrefix("refused ") }) else {
      return .ok("watcher", "inotify tells what is dropped\(limitInWords)")
    }
    let reason = refused.split(separator: ": ").last.map(String.init) ?? refused
    let isFull = reason.contains("space")
    return isFull
      ? .wrong(
        "watcher", "the kernel has no watch left\(limitInWords); \(every)",
        advice: "sysctl fs.inotify.max_user_watches=524288, and keep it in /etc/sysctl.d/easel.conf")
      : .note("watcher", "the inbox cannot be watched by \(Person.current.name): \(reason)")
  }

  private var limitInWords: String {
    func limit(_ name: String) -> String? {
      (try? FileSystem.contents(Path("/proc/sys/fs/inotify/\(name)"))).flatMap { bytes in
        bytes.map { String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self) }
      }
    }
    guard let watches = limit("max_user_watches"), let instances = limit("max_user_instances") else { return "" }
    return " (limits for each user: \(watches) watches, \(instances) instances)"
  }
}
