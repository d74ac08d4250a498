import Files
import Foundation
import Jobs
import Testing

extension IntakeCase {
  /// Names as people, cameras and other systems give them.
  static let names: [IntakeCase] = [
    named("spaces", "our two cats", published: "our two cats"),
    named("a newline", "new\nline", published: "new%0Aline"),
    named("emoji", "猫 🐈‍⬛", published: "猫 🐈‍⬛"),
    named("a leading dash", "-rf", published: "_rf"),
    named("an apostrophe", "o'cat", published: "o'cat"),
    named(bytes: "not UTF-8", [0x63, 0x61, 0xFF, 0x74], published: "ca%FFt"),
    IntakeCase(
      name: "other endings of JPEGs", published: ["cat", "dog"],
      act: { daemon in
        for name in ["cat.content.jfif", "cat.style.JPE", "a.jif"] { try daemon.drop("picture", as: name) }
        try daemon.drop("size: 64", as: "cat.yaml")
        try daemon.drop("{content: a.jif, style: b.jfif}", as: "dog.yaml")
        try daemon.drop("picture", as: "b.jfif")
      }),
    // 255 bytes with `.content.jpg`.
    named("as long as can be", String(repeating: "k", count: 243), published: String(repeating: "k", count: 200)),
  ]

  private static func named(_ what: String, _ stem: String, published: String) -> IntakeCase {
    named(bytes: what, Array(stem.utf8), published: published)
  }

  private static func named(bytes what: String, _ stem: [UInt8], published: String) -> IntakeCase {
    IntakeCase(
      name: what, published: [published],
      act: { daemon in
        for ending in [".content.jpg", ".style.jpg"] {
          let path = Path(daemon.inbox).appending(FileName(stem + Array(ending.utf8)))
          let descriptor = path.withCString { open($0, O_WRONLY | O_CREAT, 0o644) }
          try #require(descriptor >= 0 && Foundation.write(descriptor, ending, ending.utf8.count) > 0)
          close(descriptor)
        }
      },
      check: { daemon in
        let inputs = try Path("\(daemon.outbox)/\(published)/inputs").names()
        #expect(inputs.count == 2)
        #expect(daemon.folder.names(in: "box/outbox/\(published)").contains("\(published).png"))
      })
  }
}
