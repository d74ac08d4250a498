internal import Foundation

/// Losses against evaluations as an inline SVG, on a logarithmic scale, each line in a colour of the style sheet.
package struct LossCurve {
  package struct Series {
    package var name: String
    /// Positive losses by evaluations; what is not positive and finite is left out.
    package var points: [(evaluations: Int, loss: Double)]

    package init(name: String, points: [(evaluations: Int, loss: Double)]) {
      (self.name, self.points) = (name, points)
    }

    fileprivate var visible: [(evaluations: Int, loss: Double)] { points.filter { $0.loss > 0 && $0.loss.isFinite } }
  }

  /// The sum first.
  private let series: [Series]
  /// Where another size begins, and which.
  private let sizes: [(evaluations: Int, pixels: Int)]
  private let mostEvaluations: Int
  /// Powers of ten.
  private let decades: ClosedRange<Int>

  private static let (width, height) = (720.0, 320.0)
  private static let (left, right, top, bottom) = (64.0, 12.0, 16.0, 34.0)
  private static let colours = 10

  /// Nil where there is nothing to draw.
  package init?(_ series: [Series], sizes: [(evaluations: Int, pixels: Int)] = []) {
    let shown = series.filter { !$0.visible.isEmpty }
    let losses = shown.flatMap(\.visible).map(\.loss)
    guard let least = losses.min(), let most = losses.max() else { return nil }
    self.series = shown
    self.sizes = sizes
    mostEvaluations = max(1, shown.flatMap(\.visible).map(\.evaluations).max() ?? 1)
    let low = Int(log10(least).rounded(.down))
    decades = low...max(low + 1, Int(log10(most).rounded(.up)))
  }

  /// A line's name and its class in the style sheet.
  package var legend: [(name: String, colour: String)] {
    series.enumerated().map { ($1.name, Self.colour($0)) }
  }

  private static func colour(_ index: Int) -> String { "c\(index % colours)" }

  package var svg: String {
    let label = "The loss and its parts, on a logarithmic scale, against evaluations"
    return """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(label)">
      \((grid + sizeMarks + lines).joined(separator: "\n"))
      </svg>
      """
  }

  private func x(_ evaluations: Int) -> Double {
    Self.left + (Self.width - Self.left - Self.right) * Double(evaluations) / Double(mostEvaluations)
  }

  private func y(_ loss: Double) -> Double {
    let fraction = (log10(loss) - Double(decades.lowerBound)) / Double(decades.upperBound - decades.lowerBound)
    return Self.top + (Self.height - Self.top - Self.bottom) * (1 - fraction)
  }

  private static func written(_ value: Double) -> String { String(format: "%.1f", value) }

  /// An element; its text and attributes are ours, and need no escapes.
  private static func element(_ name: String, _ attributes: KeyValuePairs<String, String>, text: String? = nil)
    -> String
  {
    let inside = attributes.map { " \($0.key)=\"\($0.value)\"" }.joined()
    return text.map { "<\(name)\(inside)>\($0)</\(name)>" } ?? "<\(name)\(inside)/>"
  }

  private static func line(_ colour: String, from start: (x: Double, y: Double), to end: (x: Double, y: Double))
    -> String
  {
    element(
      "line",
      ["class": colour, "x1": written(start.x), "x2": written(end.x), "y1": written(start.y), "y2": written(end.y)])
  }

  private var grid: [String] {
    let step = max(1, (decades.upperBound - decades.lowerBound) / 6)
    let right = Self.width - Self.right
    let rows = stride(from: decades.lowerBound, through: decades.upperBound, by: step).flatMap { decade -> [String] in
      let y = y(pow(10, Double(decade)))
      return [
        Self.line("grid", from: (Self.left, y), to: (right, y)),
        Self.element(
          "text",
          [
            "x": Self.written(Self.left - 8), "y": Self.written(y), "text-anchor": "end", "dominant-baseline": "middle",
          ],
          text: Self.name(decade)),
      ]
    }
    let end = Self.written(Self.height - 12)
    return rows + [
      Self.element("text", ["x": Self.written(Self.left), "y": end], text: "0"),
      Self.element(
        "text", ["x": Self.written(right), "y": end, "text-anchor": "end"], text: "\(mostEvaluations) evaluations"),
    ]
  }

  private static func name(_ decade: Int) -> String {
    (-3...4).contains(decade) ? String(format: "%g", pow(10, Double(decade))) : "1e\(decade)"
  }

  private var sizeMarks: [String] {
    sizes.flatMap { size -> [String] in
      let x = x(size.evaluations)
      return [
        Self.line("size", from: (x, Self.top), to: (x, Self.height - Self.bottom)),
        Self.element(
          "text", ["x": Self.written(x), "dx": "4", "y": Self.written(Self.top + 10)], text: "\(size.pixels) px"),
      ]
    }
  }

  private var lines: [String] {
    series.enumerated().map { index, series in
      let points = series.visible.map { (x: Self.written(x($0.evaluations)), y: Self.written(y($0.loss))) }
      guard points.count > 1 else {
        return Self.element(
          "circle", ["class": Self.colour(index), "r": "3", "cx": points[0].x, "cy": points[0].y])
      }
      let path = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
      return Self.element("polyline", ["class": Self.colour(index), "points": path])
    }
  }
}
