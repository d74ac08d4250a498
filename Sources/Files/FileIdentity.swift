/// Tells whether a file is still the one that was looked at before, untouched.
package struct FileIdentity: Hashable, Codable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  package var sizeBytes: Int64
  /// Nanoseconds since 1970; may lie in the future or long ago.
  package var modified: Int64
  /// Time of the last change of contents or attributes, in nanoseconds since 1970.
  package var changed: Int64

  package init(device: UInt64, inode: UInt64, sizeBytes: Int64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.sizeBytes = sizeBytes
    self.modified = modified
    self.changed = changed
  }

  /// Whether `other` is the same file with the same contents; a rename changes only `changed`.
  package func hasSameContents(as other: FileIdentity) -> Bool {
    isSameInode(as: other) && sizeBytes == other.sizeBytes && modified == other.modified
  }

  package func isSameInode(as other: FileIdentity) -> Bool {
    device == other.device && inode == other.inode
  }
}
