internal import Foundation

/// How many processors this process may use: those of its affinity mask, and no more than its control group's CPU quota.
package enum UsableProcessors {
  package static var count: Int {
    min(affinity, quota(controlGroups: "/proc/self/cgroup", root: "/sys/fs/cgroup") ?? .max)
  }

  /// The bits of "Cpus_allowed:", a hexadecimal mask with commas.
  private static var affinity: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let mask = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst("Cpus_allowed:".count)
    let allowed = mask?.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
    return allowed > 0 ? allowed : max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The quota of `cpu.max` (control groups v2), rounded up; the smallest from the process's group up to the root.
  package static func quota(controlGroups: String, root: String) -> Int? {
    guard let text = try? String(contentsOfFile: controlGroups, encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
    else { return nil }
    var group = String(line.dropFirst(3))
    var smallest: Int?
    while true {
      if let limit = (try? String(contentsOfFile: root + group + "/cpu.max", encoding: .utf8)).flatMap(
        processors(cpuMax:))
      {
        smallest = min(smallest ?? limit, limit)
      }
      guard let slash = group.lastIndex(of: "/"), group != "/" else { return smallest }
      group = slash == group.startIndex ? "/" : String(group[..<slash])
    }
  }

  /// "150000 100000" (quota and period in microseconds) is 2 processors, "max 100000" no limit.
  static func processors(cpuMax: String) -> Int? {
    let fields = cpuMax.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard fields.count == 2, let quota = fields[0], let period = fields[1], quota > 0, period > 0 else { return nil }
    return max(1, Int((quota / period).rounded(.up)))
  }
}
