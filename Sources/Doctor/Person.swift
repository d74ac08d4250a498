internal import Glibc

/// A user of this machine, with the groups that he is in.
package struct Person: Equatable, Sendable {
  package let name: String
  let user: UInt32
  let groups: Set<UInt32>

  /// As the machine's lists of users and groups have him; nil for a name that is in none.
  package init?(named name: String) {
    guard let entry = getpwnam(name)?.pointee else { return nil }
    self.init(entry)
  }

  /// Who runs this, by the lists: a group that he has come into since he logged in counts.
  package static var current: Person {
    guard let entry = getpwuid(geteuid())?.pointee else {
      return Person(name: "number \(geteuid())", user: geteuid(), groups: [getegid()])
    }
    return Person(entry)
  }

  private init(name: String, user: UInt32, groups: Set<UInt32>) {
    (self.name, self.user, self.groups) = (name, user, groups)
  }

  private init(_ entry: passwd) {
    var count: Int32 = 1024
    var groups = [gid_t](repeating: 0, count: Int(count))
    getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count)
    self.init(
      name: String(cString: entry.pw_name), user: entry.pw_uid,
      groups: Set(groups.prefix(Int(max(0, count)))).union([entry.pw_gid]))
  }

  /// Whether the process has the group that the lists say he is in: it has it from when he logged in.
  static func processHas(group: UInt32) -> Bool {
    var groups = [gid_t](repeating: 0, count: 1024)
    let count = getgroups(Int32(groups.count), &groups)
    return getegid() == group || groups.prefix(Int(max(0, count))).contains(group)
  }

  static func groupName(_ group: UInt32) -> String {
    getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "number \(group)"
  }
}
