internal import Files
internal import Glibc
internal import Service

// The four folders, and what the service and people may do with them.
extension Doctor {
  private var folders: [(name: String, path: Path, use: Rights.Use)] {
    let styles: Rights.Use = configuration.settings.remembersStyles ? [.read, .write, .search] : [.read, .search]
    return [
      ("inbox", configuration.inbox, [.read, .write, .search]),
      ("outbox", configuration.outbox, [.read, .write, .search]),
      ("cache", configuration.cache, [.read, .write, .search]), ("styles", configuration.styles, styles),
    ]
  }

  var folderFindings: [Finding] {
    do {
      try configuration.checkFolders()
    } catch {
      return [.wrong("folders", "\(error)", advice: "name four folders apart from each other in the configuration")]
    }
    return folders.map(finding)
  }

  private func finding(_ name: String, _ path: Path, _ use: Rights.Use) -> Finding {
    guard let rights = Rights(path) else {
      return .wrong(
        name, "\(path) is not there, or cannot be seen by \(Person.current.name)",
        advice: configuration.settingsFile == nil
          ? "easel watch makes it, or: mkdir -p \(path)"
          : "systemd-tmpfiles --create easel.conf makes the service's folders; one of your own: "
            + "install -d -o \(service.name) -g \(service.name) -m 2770 \(path)")
    }
    if let closed = closedFolder(on: path, to: service) {
      return .wrong(
        name, "\(service.name), who runs the service, may not go through \(closed), on the way to \(path)",
        advice: "chmod a+x \(closed)")
    }
    guard rights.allow(service, use) else {
      return .wrong(
        name,
        "\(service.name), who runs the service, may not \(use.contains(.write) ? "write" : "read") \(path), "
          + "which is \(owner(rights))'s with mode \(rights.modeInWords)",
        advice: "chown \(service.name):\(service.name) \(path)")
    }
    return .ok(name, "\(path): \(service.name) may \(use.contains(.write) ? "read and write" : "read") it")
  }

  private func owner(_ rights: Rights) -> String {
    getpwuid(rights.owner).map { String(cString: $0.pointee.pw_name) } ?? "user number \(rights.owner)"
  }

  /// The first folder on the way to `path` that somebody may not go through.
  func closedFolder(on path: Path, to person: Person) -> Path? {
    var way = [Path]()
    var folder = path.resolved.folder
    while folder != "/" {
      way.append(folder)
      folder = folder.folder
    }
    return way.reversed().first { Rights($0)?.allow(person, .search) == false }
  }
}

// Who drops files.
extension Doctor {
  var dropperFindings: [Finding] {
    guard let dropper, dropper != service, let rights = Rights(configuration.inbox) else { return [] }
    let group = Person.groupName(rights.group)
    let joins = "usermod -aG \(group) \(dropper.name), then log out and in again"
    if let closed = closedFolder(on: configuration.inbox, to: dropper) {
      let mayJoin = !dropper.groups.contains(rights.group)
      return [
        .wrong(
          "people", "\(dropper.name) may not go through \(closed), on the way to the inbox",
          advice: mayJoin ? joins : "chmod a+x \(closed)")
      ]
    }
    guard rights.allow(dropper, [.write, .search]) else {
      return [
        .wrong(
          "people", "\(dropper.name) may not drop files into the inbox: it is the group \(group)'s to write into",
          advice: dropper.groups.contains(rights.group) ? "chmod g+wx \(configuration.inbox)" : joins)
      ]
    }
    if dropper == .current, dropper.user != 0, rights.owner != dropper.user, dropper.groups.contains(rights.group),
      !Person.processHas(group: rights.group)
    {
      return [
        .wrong(
          "people", "\(dropper.name) is in the group \(group), but has not logged in since",
          advice: "log out and in again, or: newgrp \(group)")
      ]
    }
    let reads = Rights(configuration.outbox).map { $0.allow(dropper, [.read, .search]) } ?? true
    return [
      reads
        ? .ok("people", "\(dropper.name) may drop files into the inbox and look into the outbox")
        : .note(
          "people", "\(dropper.name) may drop files into the inbox, but not look into the outbox",
          advice: "chgrp \(group) \(configuration.outbox); chmod g+rx \(configuration.outbox)")
    ]
  }
}
