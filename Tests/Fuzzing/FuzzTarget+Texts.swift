internal import Files
internal import Foundation
internal import Jobs

extension FuzzTarget {
  /// Settings files.
  package static var settings: FuzzTarget {
    let utf16 = "\u{FEFF}size: 300\r\ncontent: 🐈.jpg".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] as [UInt8] }
    return FuzzTarget("settings", seeds: settingsSeeds.map { Array($0.utf8) } + [utf16], words: settingsWords) {
      bytes in
      let settings = try Settings(validating: SettingsDocument(parsing: bytes, source: "fuzz.yaml"))
      // What was understood can be written and understood again.
      let again = try? Settings(validating: SettingsDocument(parsing: settings.yaml.utf8, source: "again.yaml"))
      precondition(again == settings, "settings do not survive writing: \(settings.yaml)")
    }
  }

  /// `--set KEY=VALUE`.
  package static var options: FuzzTarget {
    FuzzTarget(
      "options", seeds: ["size=300", "gif.width=20", "scales=[64, 128]"].map { Array($0.utf8) }, words: settingsWords
    ) { bytes in
      _ = try SettingsDocument().setting(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Names of files in the inbox.
  package static var names: FuzzTarget {
    let seeds = ["cat.content.jpg", ".cat.yaml", "cat.failed", "-rf.style.png", "猫 🐈‍⬛.json", "a\nb.jpeg", "content.jpg"]
    let words = [".", "-", ".failed", "content", ".jpg", "/", "\u{301}", "\u{202E}", " ", "..", "\u{0}"]
    return FuzzTarget("names", seeds: seeds.map { Array($0.utf8) }, words: words) { bytes in
      let name = FileName(bytes)
      _ = (
        FileRole(name), IgnoreRules.ignores(name),
        try JSONDecoder().decode(FileName.self, from: JSONEncoder().encode(name))
      )
      let published = JobName(name.description).folder(failed: false, number: 1)
      precondition(
        !published.isEmpty && published.utf8.count <= JobName.longestBytes && !published.utf8.contains(0x2F)
          && !published.utf8.contains { $0 < 0x20 } && ![0x2E, 0x2D].contains(published.utf8.first!)
          && !published.utf8.elementsEqual("..".utf8) && !published.hasSuffix(".failed"),
        "an unsafe name: \(published)")
      let style = StyleName(ofFile: name, otherwise: "").text
      precondition(
        !style.isEmpty && style.utf8.count <= JobName.longestBytes && !style.utf8.contains { $0 < 0x20 }
          && !style.utf8.contains { [0x2E, 0x2F, 0x5C].contains($0) } && StyleName(style) != nil,
        "an unsafe name of a style: \(style)")
    }
  }

  private static let settingsSeeds = [
    "", "size: 300\n",
    """
    # A painting
    task: transfer
    content: holiday.jpg
    style: "auvers.jpg"
    content_layers: {block4_conv2: 1}
    style_layers: {conv1_2: 0.05, relu2_2: .2, block5_conv2: 3e-1}
    content_weight: 0.1
    tv_weight: 0.001
    size: 512
    scales: [64, 128, 256]
    gif: {width: 300, delay_ms: 100, hold_ms: 1000}
    memory: 2G
    priority: -3
    force: yes
    """,
    """
    {"task": "style", "style_layers": ["block1_conv1", "block2_conv1"], "optimizer": "adam", "seed": 7, "gif": false}
    """,
    "preset: fine\nscales: auto\nthreads: auto\noutput: jpeg\njpeg_quality: 80\n",
  ]

  private static let settingsWords = [
    "[", "]", "{", "}", ": ", "- ", "\n  ", "&a ", "*a", "!!str ", "|\n", ">-\n", "? ", "---\n", "...\n", "\t", "\"",
    "'", "#",
    "%YAML 1.1\n", "\u{FEFF}", "\\x00", "size", "gif", "scales", "1e999", "0x7F", "-0", "nan", "null",
    "99999999999999999999",
    "block9_conv9", "\u{0}", "<<: ", "\\ud83d", "\\ude00", "\u{A0}", "“", "’", "–", "：", "size: 1\n", "\u{E000}",
    "\u{2028}", " #1.jpg", "//",
  ]
}
