internal import CDoctor
internal import Files
internal import Glibc

/// Who may do what with a file or folder, by its mode and its access list (acl(5)).
///
/// The kernel could be asked only about whoever runs this; the doctor is asked about others.
struct Rights {
  struct Use: OptionSet {
    let rawValue: UInt16

    static let search = Use(rawValue: 1)
    static let write = Use(rawValue: 2)
    static let read = Use(rawValue: 4)
  }

  let owner: UInt32
  let group: UInt32
  let mode: UInt32
  private let list: AccessList?

  /// Follows links; nil where there is nothing.
  init?(_ path: Path) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    (owner, group, mode) = (status.st_uid, status.st_gid, status.st_mode)
    list = AccessList(path, "system.posix_acl_access")
  }

  /// Whether what is made in the folder belongs to its group.
  var passesGroupOn: Bool { mode & S_ISGID != 0 }

  /// As `chmod` takes it: `0750`.
  var modeInWords: String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  func allow(_ person: Person, _ use: Use) -> Bool {
    if person.user == 0 { return true }
    if person.user == owner { return Use(rawValue: UInt16(mode >> 6 & 7)).isSuperset(of: use) }
    if let list { return list.allows(person, use, owningGroup: group, other: Use(rawValue: UInt16(mode & 7))) }
    let shift: UInt32 = person.groups.contains(group) ? 3 : 0
    return Use(rawValue: UInt16(mode >> shift & 7)).isSuperset(of: use)
  }
}

/// An access list as the kernel keeps it in an extended attribute: a version of 4 bytes, then entries of tag, rights and id.
struct AccessList {
  private struct Entry {
    var tag: UInt16
    var rights: Rights.Use
    var id: UInt32
  }

  private static let (userTag, groupObjectTag, groupTag, maskTag): (UInt16, UInt16, UInt16, UInt16) = (2, 4, 8, 16)
  private static let entryBytes = 8

  private let entries: [Entry]

  /// Nil where there is none, or the file system has no such lists.
  init?(_ path: Path, _ attribute: String) {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = path.withCString { getxattr($0, attribute, &bytes, bytes.count) }
    guard count >= 4 else { return nil }
    entries = stride(from: 4, through: count - Self.entryBytes, by: Self.entryBytes).map { start in
      func number(_ offset: Int, _ size: Int) -> UInt32 {
        bytes[start + offset..<start + offset + size].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      }
      return Entry(
        tag: UInt16(number(0, 2)), rights: Rights.Use(rawValue: UInt16(number(2, 2))), id: number(4, 4))
    }
  }

  private var mask: Rights.Use { entries.first { $0.tag == Self.maskTag }?.rights ?? [.read, .write, .search] }

  /// What the owning group may, as far as the mask lets it.
  var groupRights: Rights.Use {
    entries.first { $0.tag == Self.groupObjectTag }.map { $0.rights.intersection(mask) } ?? []
  }

  /// For whoever does not own the file.
  func allows(_ person: Person, _ use: Rights.Use, owningGroup: UInt32, other: Rights.Use) -> Bool {
    if let own = entries.first(where: { $0.tag == Self.userTag && $0.id == person.user }) {
      return own.rights.intersection(mask).isSuperset(of: use)
    }
    let groups = entries.filter { entry in
      entry.tag == Self.groupObjectTag && person.groups.contains(owningGroup)
        || entry.tag == Self.groupTag && person.groups.contains(entry.id)
    }
    guard groups.isEmpty else { return groups.contains { $0.rights.intersection(mask).isSuperset(of: use) } }
    return other.isSuperset(of: use)
  }
}
