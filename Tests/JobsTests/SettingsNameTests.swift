import Files
import Jobs
import Testing

/// Which names are settings, which are other programs' and which are typing errors.
@Suite struct SettingsNameTests {
  /// Google's, with its numbers and cut-off words; PhotoPrism's and others' beside the whole name; of albums; of two
  /// versions of a file.
  @Test(
    "Files of other programs are no settings",
    arguments: [
      "content.jpg.json", "IMG_1.HEIC.json", "cat.jpg.yaml", "IMG_1.JPG(2).json", "a.jpg.supplemental-metadata.json",
      "a.png.suppl.json", "a.jpg.supplemental-metadata(1).json", "VID_1.MP4.json", "metadata.json", "manifest.json",
      "print-subscriptions.json", "cat (conflicted copy 2026-01-31 120000).yaml",
      "cat (Anna's conflicted copy 2026-01-31).yml", "cat_conflict-20260131-120000.yaml", "cat.jpg.xmp", "IMG_1.aae",
    ])
  func filesOfOtherPrograms(name: String) {
    #expect(FileRole(FileName(name)) == .other)
    #expect(SettingsName.meant(by: FileName(name), inFolder: true) == nil)
  }

  @Test(
    "Names of the contract are settings, however odd the job's name is",
    arguments: [
      ("cat.yaml", "cat"), ("cat.YAML", "cat"), ("my.cat.Yml", "my.cat"), ("cat (1).yaml", "cat (1)"),
      ("Copy of cat.yaml", "Copy of cat"), ("jpg.yaml", "jpg"), ("cat.s.yaml", "cat.s"), ("IMG_1.json", "IMG_1"),
    ])
  func namesOfTheContract(name: String, job: String) {
    #expect(FileRole(FileName(name)) == .settings(job: job))
  }

  @Test(
    "What was meant to be settings is recognised",
    arguments: [
      ("cat.yaml.txt", "cat.yaml"), ("cat.yml.txt", "cat.yml"), ("cat.json.TXT", "cat.json"),
      ("cat.yaml.yaml", "cat.yaml"), ("cat.yml.yaml", "cat.yaml"), ("cat.yaml.rtf", "cat.yaml"),
      ("cat.ymal", "cat.yaml"), ("cat.yam", "cat.yaml"), ("cat.yaml ", "cat.yaml"), ("cat.yaml.", "cat.yaml"),
      ("cat.yaml (1)", "cat.yaml"), ("cat.YAML.bak", "cat.YAML"), ("cat.yaml.yaml.txt", "cat.yaml"),
    ])
  func nearMisses(name: String, meant: String) {
    #expect(SettingsName.meant(by: FileName(name), inFolder: false) == meant)
    #expect(FileRole(FileName(name)) == .other)
  }

  @Test("In a folder the settings may lack their ending", arguments: ["settings", "settings.txt", "Settings.rtf"])
  func settingsOfAFolder(name: String) {
    #expect(SettingsName.meant(by: FileName(name), inFolder: true) == "settings.yaml")
    #expect(SettingsName.meant(by: FileName(name), inFolder: false) == nil)
  }

  @Test(
    "Other names are not taken for settings",
    arguments: ["notes.txt", "cat.txt", "cat.yaml", "cat.jpg", "cat", "cat.jpg.json.txt", "cat.xml", "."])
  func otherNames(name: String) {
    #expect(SettingsName.meant(by: FileName(name), inFolder: true) == nil)
  }
}

@Suite struct TransferTests {
  /// Of rsync, Syncthing, Nextcloud, browsers, aria2, qBittorrent, WinSCP, iCloud, GNOME, Android, macOS.
  @Test(
    "Names under way are known and ignored",
    arguments: [
      ".zoo.jpg.Xa81bQ", ".~tmp~", ".rsync-partial", ".syncthing.zoo.jpg.tmp", "~syncthing~zoo.jpg.tmp",
      ".zoo.jpg.~1a2b3c4d", "zoo.jpg.crdownload", "zoo.jpg.part", "zoo.jpg.aria2", "zoo.jpg.!qB", "zoo.jpg.!ut",
      "zoo.jpg.bc!", "zoo.jpg.filepart", "zoo.jpg.download", ".zoo.jpg.icloud", ".goutputstream-Xa81bQ",
      ".pending-1700000000-zoo.jpg", "cat.yaml.sb-1a2b3c4d-Xa81bQ",
    ])
  func namesUnderWay(name: String) {
    #expect(Transfer.isUnderWay(FileName(name)))
    #expect(IgnoreRules.ignores(FileName(name)))
  }

  @Test(
    "What stays for good is not under way",
    arguments: [".DS_Store", "Thumbs.db", ".picasa.ini", "desktop.ini", "._zoo.jpg", "zoo.jpg", "@eaDir", ".stfolder"])
  func namesThatStay(name: String) {
    #expect(!Transfer.isUnderWay(FileName(name)))
  }

  @Test(
    "Files that systems add are ignored",
    arguments: ["cat.jpg:Zone.Identifier", "cat.jpg\u{F03A}Zone.Identifier", "._cat.jpg", "cat.yaml~", "Icon\r"])
  func filesOfSystems(name: String) {
    #expect(IgnoreRules.ignores(FileName(name)))
  }

  @Test("A companion tells of which file it is") func companions() {
    let names = ["zoo.jpg", "zoo.jpg.aria2", "ape.png.!qB", "b.jpg.tmp", ".c.jpg.icloud"].map { FileName($0) }
    #expect(
      Transfer.companions(in: names) == [
        FileName("zoo.jpg"): FileName("zoo.jpg.aria2"), FileName("ape.png"): FileName("ape.png.!qB"),
      ])
  }
}
