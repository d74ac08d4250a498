import Testing

import Jobs

/// What people wrote into settings of other programs and saw misread, as they told those programs' makers; put into words of
/// ours, each with what becomes of it here.
@Suite struct SettingsReportsTests {
  struct Report: CustomTestStringConvertible, Sendable {
    /// Repository and thread on GitHub.
    let source: String
    let written: String
    /// Lines of the settings written out in full.
    var gives: [String] = []
    /// What the complaint begins with, behind the file's name.
    var says = ""

    var testDescription: String { "\(source): \(written.debugDescription)" }
  }

  static let spaces = [
    Report(source: "moraes/config#1", written: "gif:\n\twidth: 300\n", says: "2: found U+0009 (tab) in column 1"),
    Report(source: "Torom/BotLi#195", written: "size: 300\n\tseed: 7\n", says: "2: found U+0009 (tab) in column 1"),
    Report(source: "shortdudey123/yamllint#32", written: "size:\t300", gives: ["size: 300"]),
    Report(source: "yegor256/est#10", written: "\tsize: 300\n\tseed: 7\n", says: "1: found U+0009 (tab) in column 1"),
    Report(
      source: "travis-ci/travis-ci#1204", written: "size: 300\n\u{A0}\u{A0}seed: 7\n",
      says: "2: \u{A0}\u{A0}seed: unknown key with U+00A0 (no-break space) in column 1"),
    Report(
      source: "nodeca/js-yaml#273", written: "{ size: 300, seed:\u{A0}7 }",
      says: "1: seed:\u{A0}7: unknown key with U+00A0 (no-break space) in column 19"),
    Report(
      source: "syntaxfm/website#2179", written: "scales:\n\u{A0}- 64\nsize: 300",
      says: "2: found U+00A0 (no-break space) in column 1"),
    Report(
      source: "nmstate/nmstate#2051", written: "gif:\r\n\u{A0} width: 300\r\n",
      says: "1: gif: found nothing"),
    Report(
      source: "microsoft/vscode#87127", written: "scales: [64]\u{200B} // sizes\nsize: 300",
      says: "1: found U+200B (zero width space) in column 13, where nothing belongs"),
    Report(
      source: "go-yaml/yaml#542", written: "gif:\n  width 300\n  hold_ms: 50",
      says: "2: a colon is missing: `width: 300`"),
    Report(
      source: "go-yaml/yaml#704", written: "gif:\n  width: 300\nsize\n\n\n\n",
      says: "3: found 'size'; expected lines of"),
    Report(
      source: "aws/amazon-ecs-cli#134", written: "gif:\n  width:300\n  hold_ms: 50\n",
      says: "2: a space is missing after the colon: `width: 300`"),
    Report(
      source: "Azure/aztk#103", written: "size: 300\niterations:2",
      says: "2: a space is missing after the colon: `iterations: 2`"),
    Report(
      source: "avsm/ocaml-yaml#36", written: "gif:\n  width: 42\n  hold_ms = 42",
      says: "3: found = instead of a colon: `hold_ms: 42`"),
    Report(
      source: "ruby/psych#190", written: "gif:\n    width: 300\n  hold_ms: 50",
      says: "3: found 'hold_ms: 50' where a key should be; is it indented as the other keys?"),
    Report(source: "nodeca/js-yaml#92", written: #"{ "gif" : { "width" : 300 } }"#, gives: ["  width: 300"]),
    Report(source: "openSUSE/snapper#1174", written: "content: cat.jpg\r\n", gives: [#"content: "cat.jpg""#]),
    Report(source: "espanso/espanso#2512", written: "\u{FEFF}size: 300\r\n", gives: ["size: 300"]),
    Report(source: "supernovae-st/nika#791", written: "\u{FEFF}size: 300", gives: ["size: 300"]),
  ]

  static let values = [
    Report(source: "AuthMe/AuthMeReloaded#292", written: "content: NO", gives: [#"content: "NO""#]),
    Report(source: "tomasz-c/nft-blackhole#4", written: "style: no\ngif: no", gives: [#"style: "no""#, "gif: false"]),
    Report(source: "kynema/kynema-ugf#584", written: "iterations: 0010", gives: ["iterations: 10"]),
    Report(source: "aaubry/YamlDotNet#447", written: "iterations: 0008", gives: ["iterations: 8"]),
    Report(source: "yaml/pyyaml#107", written: "seed: 02142", gives: ["seed: 2142"]),
    Report(source: "hiyouga/LlamaFactory#4014", written: "learning_rate: 2e-5", gives: ["learning_rate: 2e-05"]),
    Report(
      source: "beetbox/confuse#91", written: "tv_weight: 1e-4\nstyle_weight: 1e3",
      gives: ["tv_weight: 0.0001", "style_weight: 1000"]),
    Report(
      source: "redhat-developer/vscode-yaml#1026", written: "seed: 1_000",
      says: "1: seed: found '1_000'; allowed is a whole number"),
    Report(
      source: "moul/assh#51", written: "Size: 300\nSTYLE: a.jpg",
      says: "1: Size: unknown key; did you mean size?\ncat.yaml:2: STYLE: unknown key; did you mean style?"),
    Report(
      source: "snowflakedb/ArcticTraining#85", written: "gif:\n  width: 300\n  width: 400",
      says: "3: gif.width: written twice, in lines 2 and 3; keep one"),
    Report(
      source: "ingydotnet/yaml-libyaml-pm#17", written: "gif :\n  width : 300\n\ngif :\n  width : 400",
      says: "4: gif: written twice, in lines 1 and 4; keep one"),
  ]

  static let marks = [
    Report(
      source: "AtomLinter/linter-js-yaml#147", written: "content: “cat.jpg”",
      says: "1: content: found '“cat.jpg”' with “ (U+201C, left double quotation mark) in column 10"),
    Report(
      source: "dbt-labs/dbt-autofix#201", written: "content: \"The “external” cat.jpg\"",
      gives: ["content: \"The “external” cat.jpg\""]),
    Report(
      source: "semaio/Magento2-ConfigImportExport#18", written: "content: 'Anna''s cat.jpg'",
      gives: [#"content: "Anna's cat.jpg""#]),
    Report(
      source: "r-lib/yaml#117", written: "content: folder with # sign.jpg",
      says: "1: content: found 'folder with', since what follows # is a comment"),
    Report(
      source: "jonschlinkert/gray-matter#90", written: "style: #tag #tag2", says: "1: style: found nothing (write"),
    Report(
      source: "elastic/beats#1495", written: #"content: "C:\Program Files\cat.jpg""#,
      says: "1: found a backslash in column 27 that begins no escape"),
    Report(
      source: "kLOsk/adloop#30", written: #"content: "c:\Users\user\cat.jpg""#,
      says: "1: found a backslash in column 13 that begins no escape"),
    Report(
      source: "jwouters91/shybrid#2", written: #"content: C:\path\to\cat.jpg"#,
      says:
        #"1: content: found 'C:\path\to\cat.jpg', a path (put the picture beside the settings file, and write cat.jpg)"#
    ),
    Report(
      source: "connec/yaml-js#22", written: "content: @cat.jpg", says: "1: found @ in column 10, which begins no value"),
    Report(source: "infobloxopen/konk#236", written: "content: *", says: "1: found a value that begins with *"),
    Report(
      source: "ansible/ansible#1341", written: "content: cat: root.jpg",
      says: "1: found a second key or colon in column 13; a value with `: ` in it needs quotation marks"),
    Report(
      source: "elastic/filebeat#151", written: "content: \"\u{C}cat.jpg\"",
      says: "1: found U+000C (control character) in column 11"),
  ]

  static let json = [
    Report(
      source: "microsoft/vscode#26830", written: "{\n  \"size\": 300,\n  \"gif\": {\"width\": 20,},\n}",
      gives: ["size: 300", "  width: 20"]),
    Report(
      source: "peterhanania/Pogy#14", written: "{\n  \"size\": 300, // pixels\n  \"seed\": 7\n}",
      says: "2: found //, which begins no comment here; write # instead"),
    Report(
      source: "AutoIt/SublimeAutoItScript#3", written: "{\n  \"size\": 300,\n  // \"seed\": 7\n}",
      says: "3: // \"seed\": unknown key; a comment begins with #"),
    Report(
      source: "yaml/libyaml#110", written: #"{ "content": "pair \ud83d\udcaf.jpg" }"#,
      gives: [#"content: "pair \U0001F4AF.jpg""#]),
    Report(
      source: "buildkite/agent#1798", written: "{\n\"content\":\n\"\\ud83d\"}",
      says: "3: found \\ud83d in column 2, which is half"),
  ]

  @Test("What was misread elsewhere is read right or refused in words", arguments: spaces + values + marks + json)
  func isReadRight(report: Report) throws {
    let said = complaints(report.written)
    #expect(said.hasPrefix(report.says.isEmpty ? "" : "cat.yaml:\(report.says)"), "\(said)")
    guard report.says.isEmpty else { return }
    let yaml = try settings(report.written).yaml
    for line in report.gives { #expect("\n\(yaml)".contains("\n\(line)\n"), "\(yaml)") }
    #expect(!report.gives.isEmpty)
  }
}
