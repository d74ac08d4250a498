import Foundation
import Jobs

extension StatusReport {
  /// The report for people, one line per job.
  package var text: String {
    var lines = [daemonLine] + daemon.troubles.map { "  ! \($0)" }
    let width = min(40, jobs.map(\.name.count).max() ?? 0)
    for job in jobs {
      let id = job.id.map { isAmbiguous(job.name) ? "  [\($0)]" : "" } ?? ""
      lines.append("  \(job.name.padded(to: width))  \(job.state.rawValue.padded(to: 10))  \(job.details)\(id)")
      let indent = String(repeating: " ", count: width + 16)
      lines += [job.advice, job.preview?.text].compactMap { $0.map { indent + $0 } }
    }
    lines += leftovers.map { "  \($0.name): not used: \($0.reason)" }
    if jobs.isEmpty { lines.append("  no jobs; drop NAME.content.jpg, NAME.style.jpg and NAME.yaml into the inbox") }
    return lines.map { $0.trimmingSuffix(while: \.isWhitespace) }.joined(separator: "\n")
  }

  /// Whether several jobs in the spool have the name: then people need their ids.
  private func isAmbiguous(_ name: String) -> Bool { jobs.count { $0.name == name && $0.id != nil } > 1 }

  private var daemonLine: String {
    guard daemon.running else { return "Easel is not running; start it with: easel watch" }
    return "Easel watches \(daemon.inbox)" + (daemon.processIdentifier.map { " (process \($0))" } ?? "")
  }
}

extension JobStatus {
  fileprivate var details: String {
    switch state {
    case .waiting: "for " + (waitingFor ?? []).joined(separator: "; ")
    case .settling: waitingFor?.joined(separator: ", ") ?? message ?? ""
    case .running: runningDetails
    case .retrying: "\(retryAt.map { "in \(max(0, Int($0.timeIntervalSinceNow))) s: " } ?? "")\(message ?? "")"
    case .failed: (folder.map { "\($0): " } ?? "") + (message ?? "")
    case .done: (folder.map { $0 + "/" } ?? "") + (message.map { "  \($0)" } ?? "")
    case .queued:
      [priority.flatMap { $0 == 0 ? nil : "priority \($0)" }, message].compactMap(\.self).joined(separator: ", ")
    case .held: "go on with: easel job release \(name)"
    case .claiming, .gathering, .publishing: message ?? ""
    }
  }

  private var runningDetails: String {
    guard let percent else { return "starting" + (place.map { ", \($0.words)" } ?? "") }
    var details = [String(format: "%3.0f %%", percent)]
    if let ladder {
      details.append(ladder.words)
    } else if let iteration, let iterations, iterations > 0 {
      details.append("iteration \(iteration) of \(iterations)")
    }
    if let loss { details.append("loss " + loss.fourDigits) }
    if let secondsLeft { details.append("\(Duration.seconds(secondsLeft.rounded()).inWords) left") }
    if iterations ?? 0 == 0, let phase { details.append(phase) }
    if let place { details.append(place.words) }
    return details.joined(separator: ", ")
  }
}

extension JobStatus.Preview {
  fileprivate var text: String {
    "preview of iteration \(iteration) of \(iterations), \(updatedAt.timeOfDay): \(file)"
  }
}

extension Date {
  /// Here and now, by the C library, which needs no language's rules for it: `14:05:09`.
  fileprivate var timeOfDay: String {
    var (seconds, parts) = (time_t(timeIntervalSince1970), tm())
    localtime_r(&seconds, &parts)
    return String(format: "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec)
  }
}

extension Duration {
  /// `42 s`, `3 min 5 s`, `1 h 4 min`.
  fileprivate var inWords: String {
    let seconds = components.seconds
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, isDropped(last) { text.removeLast() }
    return String(text)
  }
}
