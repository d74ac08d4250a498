internal import Glibc
package import Jobs

/// The inbox at one look.
package struct InboxSnapshot: Hashable, Sendable {
  /// When the look began, on `InboxClock`.
  package var lookedAt: Duration
  /// Sorted by name.
  package var entries: [InboxEntry] = []
  /// Why the inbox cannot be looked into; its contents are unknown then, not gone.
  package var trouble: String?
  /// Why the inbox is not watched, though it can be looked into.
  package var warning: String?
  /// Changes with every change in the doorbell's folder.
  package var doorbell: Int64 = 0

  /// Whether the looks saw the same.
  package func hasSameContents(as other: InboxSnapshot) -> Bool {
    entries == other.entries && trouble == other.trouble && warning == other.warning && doorbell == other.doorbell
  }
}

/// The clock of the looks: time since an arbitrary moment, never set back.
package enum InboxClock {
  package static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
