import Foundation
import Testing

extension IntakeCase {
  /// What is no file, beside a job that must be done all the same.
  static let strangers: [IntakeCase] = [
    stranger("a link to a file") {
      try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: "/etc/passwd")
    },
    stranger("a link to nothing") {
      try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: "/nowhere/at/all")
    },
    stranger("a fifo") { try #require(mkfifo($0, 0o644) == 0) },
    stranger("a socket") { try makeSocket($0) },
    stranger("a device") { path in
      // Where devices may not be made, a fifo has to do.
      let device: dev_t = 1 << 8 | 3
      if mknod(path, S_IFCHR | 0o644, device) != 0 { try #require(mkfifo(path, 0o644) == 0) }
    },
    stranger("a file that is too large") { path in
      try #require(FileManager.default.createFile(atPath: path, contents: nil))
      try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 300 << 20)
    },
    IntakeCase(
      name: "a folder called like a picture", left: ["x.jpg"],
      before: { daemon in
        try FileManager.default.createDirectory(atPath: daemon.inbox + "/x.jpg", withIntermediateDirectories: false)
      },
      act: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "links in a folder", left: ["linked"],
      before: { daemon in
        try daemon.drop("size: 64", as: "linked/settings.yaml")
        for name in ["content.jpg", "style.jpg"] {
          try FileManager.default.createSymbolicLink(
            atPath: daemon.inbox + "/linked/" + name, withDestinationPath: "/etc/passwd")
        }
      },
      act: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "a link to a folder", left: ["etc"],
      before: { daemon in
        try FileManager.default.createSymbolicLink(atPath: daemon.inbox + "/etc", withDestinationPath: "/etc")
      },
      act: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "a recycle bin", left: ["#recycle", "Network Trash Folder"],
      act: { daemon in
        for bin in ["#recycle", "Network Trash Folder"] {
          for name in ["content.jpg", "style.jpg"] { try daemon.drop("x", as: "\(bin)/\(name)") }
          try daemon.drop("size: 64", as: "\(bin)/settings.yaml")
        }
        try daemon.drop(job: "cat")
      }),
    IntakeCase(
      name: "files that are not ready by their names", left: [".dog.content.jpg", "Thumbs.db", "dog.content.jpg.part"],
      act: { daemon in
        for name in ["dog.content.jpg.part", ".dog.content.jpg", "Thumbs.db"] { try daemon.drop("x", as: name) }
        try daemon.drop(job: "cat")
      }),
  ]

  /// In place of a photo; `make` makes it at a path.
  private static func stranger(_ what: String, _ make: @escaping @Sendable (String) throws -> Void) -> IntakeCase {
    IntakeCase(
      name: what, left: ["odd.content.jpg", "odd.style.jpg", "odd.yaml"],
      act: { daemon in
        try make(daemon.inbox + "/odd.content.jpg")
        try daemon.drop("painting", as: "odd.style.jpg")
        try daemon.drop("size: 64", as: "odd.yaml")
        try daemon.drop(job: "cat")
      })
  }

  private static func makeSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(status == 0)
  }
}
