internal import Foundation

/// A job in the spool, as its directory has it on disk.
package struct SpooledJob: Hashable, Sendable {
  package let directory: JobDirectory
  package var record: JobRecord
  /// What people have asked for.
  package var marks: Set<JobDirectory.Mark> = []
  /// The priority that people have asked for, if they have.
  package private(set) var wantedPriority: Int?

  package var id: String { record.id }
  package var isHeld: Bool { marks.contains(.hold) }
  /// Jobs with a higher one go first.
  package var priority: Int { wantedPriority ?? record.priority }

  /// Reads the job anew; the directory is the only truth.
  ///
  /// - Throws: as `JobDirectory.readRecord()`.
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
    wantedPriority = directory.wantedPriority
  }

  /// Whether a person has held or released the job since `noteHold`.
  package var isHoldNews: Bool { isHeld != record.isHeldInHistory }

  /// Puts down in the record that the job was held, as of then, or released.
  ///
  /// - Throws: a `FileError`.
  package mutating func noteHold() throws {
    let date = (isHeld ? directory.date(of: .hold) : nil) ?? .now
    try update { [isHeld] record in record.noteHold(isHeld, at: date) }
  }

  /// Puts down in the record which priority people have asked for, for the report.
  ///
  /// - Throws: a `FileError`.
  package mutating func notePriority() throws {
    guard let wantedPriority, wantedPriority != record.priority else { return }
    try update { $0.priority = wantedPriority }
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
