internal import Foundation

extension Double {
  /// With four significant digits, as losses are shown everywhere: `306.4`, `0.01234`, `12350`.
  package var fourDigits: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    let magnitude = Int(log10(abs(self)).rounded(.down))
    guard (-5..<12).contains(magnitude) else { return String(format: "%.3e", self) }
    // Rounding may add a digit: 9.9996 is 10.00.
    let scale = pow(10, Double(magnitude - 3))
    let rounded = (self / scale).rounded() * scale
    let digits = Int(log10(abs(rounded) * (1 + 1e-12)).rounded(.down))
    return String(format: "%.\(max(0, 3 - digits))f", rounded)
  }
}
