/// Whether a daemon is there, and what keeps it from its work.
package struct DaemonView: Sendable {
  package var isRunning: Bool
  package var troubles: [String]

  package init(isRunning: Bool, troubles: [String]) { (self.isRunning, self.troubles) = (isRunning, troubles) }
}

/// A job that is being painted or waits.
package struct JobView: Sendable {
  package var name: String
  /// Tells it from the others on the page.
  package var key: String
  /// Nil for what lies in the inbox still.
  package var id: String?
  package var address = ""
  package var state = ""
  package var stateWords = ""
  package var details: String?
  package var advice: String?
  package var at: Stamp?
  package var preview: String?
  package var previewWidth = 0
  package var previewHeight = 0
  package var percent = 0.0
  package var percentWords = ""
  package var words: [String] = []
  /// The loss so far as SVG.
  package var curve: String?
  package var priority = 0
  package var canHold = false
  package var canRelease = false
  package var canRetry = false
  package var canPrioritise = false
  package var canCancel = false

  package init(name: String, key: String) { (self.name, self.key) = (name, key) }
}

package struct RunningView: Sendable {
  package var jobs: [JobView]
  package var hasJobs: Bool { !jobs.isEmpty }

  package init(jobs: [JobView]) { self.jobs = jobs }

  /// By the names that the template calls it.
  package var view: [String: Any] { ["jobs": jobs, "hasJobs": hasJobs] }
}

package struct QueueView: Sendable {
  package struct Leftover: Sendable {
    package var name: String
    package var reason: String

    package init(name: String, reason: String) { (self.name, self.reason) = (name, reason) }
  }

  package var jobs: [JobView]
  /// Of all, also those that are not shown.
  package var count: Int
  package var more: String?
  package var leftovers: [Leftover]
  package var isQuiet: Bool

  package init(jobs: [JobView], count: Int, more: String?, leftovers: [Leftover], isQuiet: Bool) {
    (self.jobs, self.count, self.more) = (jobs, count, more)
    (self.leftovers, self.isQuiet) = (leftovers, isQuiet)
  }

  package var view: [String: Any] {
    var view: [String: Any] = [
      "jobs": jobs, "count": count, "leftovers": leftovers, "isQuiet": isQuiet, "hasJobs": !jobs.isEmpty,
      "hasLeftovers": !leftovers.isEmpty,
    ]
    view["more"] = more
    return view
  }
}

/// A failed job in the outbox.
package struct FailureView: Sendable {
  package var name: String
  package var key: String
  package var address: String
  package var message: String
  package var advice: String?
  package var stamp: String
  package var date: String
  package var canRetry: Bool

  package init(
    name: String, key: String, address: String, message: String, advice: String?, at time: Stamp, canRetry: Bool
  ) {
    (self.name, self.key, self.address, self.message, self.advice) = (name, key, address, message, advice)
    (stamp, date, self.canRetry) = (time.stamp, time.words, canRetry)
  }
}

package struct FailedView: Sendable {
  package var jobs: [FailureView]
  package var count: Int
  package var more: String?

  package init(jobs: [FailureView], count: Int, more: String?) {
    (self.jobs, self.count, self.more) = (jobs, count, more)
  }

  package var view: [String: Any] {
    var view: [String: Any] = ["jobs": jobs, "count": count, "hasJobs": !jobs.isEmpty]
    view["more"] = more
    return view
  }
}

/// A result in the gallery.
package struct CardView: Sendable {
  package var name: String
  package var key: String
  package var address: String
  package var thumbnail: String?
  /// Where there is no picture.
  package var word: String
  package var stamp: String
  package var date: String

  package init(name: String, key: String, address: String, thumbnail: String?, word: String, at time: Stamp) {
    (self.name, self.key, self.address, self.thumbnail, self.word) = (name, key, address, thumbnail, word)
    (stamp, date) = (time.stamp, time.words)
  }
}
