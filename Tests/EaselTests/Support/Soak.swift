import Foundation

/// Whether the long versions of tests are wanted, as `make soak` does.
enum Soak {
  static let isOn = ProcessInfo.processInfo.environment["EASEL_SOAK"] != nil

  static func say(_ figures: String) {
    if isOn { print("soak: \(figures)") }
  }
}
