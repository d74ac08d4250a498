internal import Foundation

extension Double {
  /// With four significant digits, as losses are shown everywhere: `306.4`, `0.01234`, `12350`.
  package var fourDigits: String {
    // The exponent as the library rounds it: 9.9996 is 1.000e+01.
    let scientific = String(format: "%.3e", self)
    guard isFinite, let exponent = scientific.split(separator: "e").last.flatMap({ Int($0) }) else { return "\(self)" }
    switch exponent {
    case -5..<4: return self == 0 ? "0" : String(format: "%.\(3 - exponent)f", self)
    case 4..<12: return String(format: "%.0f", Double(scientific) ?? self)
    default: return scientific
    }
  }
}
