import Foundation
import TestSupport
import Testing

/// The built `easel page`, as other programs and a browser see it. What they do is in `Foreign`.
@Suite(.serialized) struct LivePageTests {
  private static let scripts = "\((#filePath as NSString).deletingLastPathComponent)/Foreign"
  private static let browser = "/usr/bin/chromium"

  @Test(arguments: [
    "only_our_names", "changes_need_origin_and_token", "files_are_looked_up", "every_answer_shuts_the_browser_in",
    "names_are_escaped_everywhere", "uploads_are_checked_and_whole",
    "a_refusal_is_heard_over_a_long_upload", "slow_clients_are_cut_off",
    "many_streams_cost_little", "a_token_lets_in", "sockets_of_every_kind", "another_user_asks_the_daemon",
    "styles_are_changed_as_by_the_command", "without_a_daemon_it_still_shows",
  ])
  func aForeignProgramFinds(check: String) throws {
    print(try Python.run(file: "\(Self.scripts)/program.py", RunningProgram.path, check), terminator: "")
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: browser),
      "Chromium is not installed (Debian: apt-get install chromium chromium-driver), so the page is not tested in a browser"
    ))
  func aBrowserFinds() throws {
    print(try Python.run(file: "\(Self.scripts)/browser.py", RunningProgram.path), terminator: "")
  }
}
