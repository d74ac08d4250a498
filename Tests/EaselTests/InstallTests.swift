import Foundation
import Testing

/// `Scripts/install.sh`, into a folder that stands for the root.
@Suite struct InstallTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let repository = "\((#filePath as NSString).deletingLastPathComponent)/../.."

  private func install(_ arguments: String..., prefix: String = "/usr/local") throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["\(Self.repository)/Scripts/install.sh"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging([
      "DESTDIR": folder.path, "PREFIX": prefix, "EASEL": RunningProgram.path,
    ]) { $1 }
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private var files: [String] {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\($0)")) == nil }.sorted()
  }

  @Test func whatIsInstalledRunsAndGoesAgain() throws {
    try install()
    let process = Process()
    process.executableURL = URL(filePath: folder.path + "/usr/local/bin/easel")
    process.arguments = ["weights", "verify"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(said.contains("\(folder.path)/usr/local/share/easel/vgg16.safetensors"), "\(said)")
    for file in [
      "etc/easel/easel.yaml", "usr/local/lib/systemd/system/easel.service", "usr/local/lib/sysusers.d/easel.conf",
      "usr/local/lib/tmpfiles.d/easel.conf", "usr/local/share/doc/easel/LICENSE",
      "usr/local/share/doc/easel/README.md", "usr/local/share/doc/easel/easel.yaml",
      "usr/local/lib/easel/easel-inotify",
      "usr/local/share/doc/easel/easel-inotify/LICENSE", "usr/local/share/doc/easel/easel-inotify/README.md",
    ] { #expect(files.contains(file)) }

    try install("--remove")
    #expect(files == [])
  }

  @Test func theUnitNamesTheProgramAndAChangedConfigurationStays() throws {
    try install(prefix: "/usr")
    let unit = try #require(folder.text("usr/lib/systemd/system/easel.service"))
    #expect(unit.contains("\nExecStart=/usr/bin/easel watch --config /etc/easel/easel.yaml\n"))
    #expect(!unit.contains("/usr/local"))
    try folder.write("workers: 2", to: "etc/easel/easel.yaml")
    try install(prefix: "/usr")
    #expect(folder.text("etc/easel/easel.yaml") == "workers: 2")
    try install("--remove", prefix: "/usr")
    #expect(files == ["etc/easel/easel.yaml"])
  }
}
