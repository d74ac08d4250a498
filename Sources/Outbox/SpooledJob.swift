/// A job in the spool, as its directory has it on disk.
package struct SpooledJob: Hashable, Sendable {
  package let directory: JobDirectory
  package var record: JobRecord
  /// What people have asked for.
  package var marks: Set<JobDirectory.Mark> = []

  package var id: String { record.id }
  package var isHeld: Bool { marks.contains(.hold) }

  /// Reads the job anew; the directory is the only truth.
  package init(_ directory: JobDirectory) throws {
    self.directory = directory
    record = try directory.readRecord()
    readMarks()
  }

  init(_ directory: JobDirectory, record: JobRecord) {
    self.directory = directory
    self.record = record
  }

  package mutating func readMarks() {
    marks = Set(JobDirectory.Mark.allCases.filter { directory.has($0) })
  }

  /// Changes the record on the disk, and takes it from there.
  mutating func update(_ change: (inout JobRecord) -> Void) throws {
    var changed = record
    change(&changed)
    changed.noteState()
    try directory.write(changed)
    record = try directory.readRecord()
  }
}
