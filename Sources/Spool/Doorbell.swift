package import Files

extension Spool {
  /// A folder to watch: a change in it says that people have asked for something.
  package var doorbell: Path { jobs.appending("doorbell") }

  /// Makes a running daemon read the marks of its jobs.
  ///
  /// - Throws: a `FileError`; the marks are set all the same.
  package func ring() throws {
    try FileSystem.replace(doorbell.appending("ring"), with: [])
  }
}
