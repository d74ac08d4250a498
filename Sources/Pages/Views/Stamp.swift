package import Foundation

/// A time as pages show it: for programs, and in UTC for those who run no scripts; the script shows that of the browser's place.
package struct Stamp: Sendable {
  package let stamp: String
  package let words: String

  package init(_ date: Date) {
    stamp = date.formatted(Date.ISO8601FormatStyle())
    words = String(stamp.prefix(16)).replacing("T", with: " ") + " UTC"
  }
}
