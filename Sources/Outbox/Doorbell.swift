internal import Files
internal import Jobs

extension Spool {
  /// A folder to watch: a change in it says that people have asked for something.
  package var doorbellPath: String { outboxPath + "/.jobs/doorbell" }

  /// Makes a running daemon read the marks of its jobs.
  package func ring() throws {
    try FileSystem.replace(Path(doorbellPath).appending("ring"), with: [])
  }
}
