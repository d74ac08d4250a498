import Files
import Foundation
import Jobs
import Testing

@Suite struct JobNameTests {
  @Test(arguments: [
    ("cat", "cat"), ("My cat", "My cat"), ("猫 🐈", "猫 🐈"), ("cat.failed", "cat"), ("cat-2.failed", "cat-2"),
    ("-rf", "_rf"), (".hidden", "_hidden"), ("a/b", "a_b"), ("a\nb", "a_b"), ("a\u{7F}b", "a_b"), ("", "job"),
    (".failed", "job"), ("trailing. ", "trailing"), ("a\\b", "a_b"),
    (".\u{301}hidden", "_\u{301}hidden"), ("gpj\u{202E}.cat", "gpj_.cat"), ("cat.failed.", "cat"), ("..", "job"),
    ("👨‍👩‍👧", "👨‍👩‍👧"),
  ])
  func namesBecomeSafe(stem: String, name: String) {
    #expect(JobName(stem).text == name)
  }

  /// A name that was cut off to end in `.failed` would have marked a painted job as failed.
  @Test func namesThatAreCutOffAreNoFailures() {
    let stem = String(repeating: "a", count: JobName.longestBytes - 7) + ".failed and more"
    #expect(JobName(stem).text == String(repeating: "a", count: JobName.longestBytes - 7))
  }

  @Test func longNamesLeaveRoomForEndings() {
    let name = JobName(String(repeating: "ä", count: 127))
    #expect(name.text.utf8.count <= JobName.longestBytes)
    #expect(name.folder(failed: true, number: 1000).utf8.count <= 255)
    #expect(name.text.allSatisfy { $0 == "ä" })
  }

  @Test(arguments: [(false, 1, "cat"), (false, 2, "cat-2"), (true, 1, "cat.failed"), (true, 3, "cat-3.failed")])
  func foldersAreNumbered(failed: Bool, number: Int, folder: String) {
    #expect(JobName("cat").folder(failed: failed, number: number) == folder)
  }
}

@Suite struct FileNameTests {
  @Test func whatIsNotTextIsEscaped() {
    #expect(FileName([0x61, 0xFF, 0x62]).description == "a%FFb")
    #expect(FileName("a\nb").description == "a%0Ab")
    #expect(FileName("größe 🐈").description == "größe 🐈")
    #expect(FileName([0x61, 0xFF]).text == nil)
  }

  @Test(arguments: [FileName("cat.jpg"), FileName([0x61, 0xFF]), FileName("a\nb")])
  func namesSurviveJSON(name: FileName) throws {
    #expect(try JSONDecoder().decode(FileName.self, from: JSONEncoder().encode(name)) == name)
  }

  @Test func pathsHaveFolders() {
    #expect(Path("/a/b").folder == Path("/a"))
    #expect(Path("/a").folder == Path("/"))
    #expect(Path("a").folder == Path("."))
    #expect(Path("/a/b").lastName == FileName("b"))
    #expect(Path("/a").appending("b") == Path("/a/b"))
  }
}

@Suite struct FileRoleTests {
  @Test(arguments: [
    ("cat.content.jpg", FileRole.input(.content, job: "cat")), ("a.b.STYLE.PNG", .input(.style, job: "a.b")),
    ("content.jpg", .input(.content, job: "")), ("cat.yaml", .settings(job: "cat")),
    ("settings.YML", .settings(job: "settings")),
    ("holiday.jpeg", .picture), ("holiday.JFIF", .picture), ("cat.style.jpe", .input(.style, job: "cat")),
    ("a.jif", .picture), ("mycontent.jpg", .picture), ("cat.content", .other), ("cat.gif", .other),
    ("content", .other), ("x.content.jpg.part", .other),
  ])
  func rolesComeFromNames(name: String, role: FileRole) {
    #expect(FileRole(FileName(name)) == role)
  }
}

@Suite struct IgnoreRulesTests {
  @Test(arguments: [
    ".hidden.jpg", ".cat.content.jpg.Xa81", "cat.content.jpg.part", "a.crdownload", "a.tmp", "x.filepart", "~$cat.yaml",
    "cat.yaml~", ".~lock.cat.yaml#", "cat.sync-conflict-20260101-120000-ABC.yaml", "Thumbs.db", "desktop.ini",
    "__MACOSX", "@eaDir", ".DS_Store",
  ])
  func leftoversOfProgramsAreIgnored(name: String) {
    #expect(IgnoreRules.ignores(FileName(name)))
  }

  /// Of Windows, Synology, QNAP, Samba's vfs_recycle, macOS on AFP, freedesktop.org and ext4.
  @Test(arguments: [
    "$RECYCLE.BIN", "RECYCLER", "RECYCLED", "#recycle", "@Recycle", "@Recently-Snapshot", "#snapshot", "@eaDir",
    ".recycle",
    "Network Trash Folder", "Temporary Items", ".Trash-1000", ".Trashes", ".@__thumb", "lost+found",
    "System Volume Information",
  ])
  func foldersOfSystemsAreNeverEntered(name: String) {
    #expect(IgnoreRules.ignores(FileName(name)))
  }

  @Test(arguments: ["README.md", "readme.txt", "ReadMe"])
  func readmesAreIgnored(name: String) {
    #expect(IgnoreRules.ignores(FileName(name)))
  }

  @Test(arguments: [
    "cat.content.jpg", "part.yaml", "cat.tmp.jpg", "~cat.jpg", "-rf.jpg", "readme.yaml", "readme.content.jpg",
  ])
  func ordinaryNamesAreNot(name: String) {
    #expect(!IgnoreRules.ignores(FileName(name)))
  }
}
