/// What is wrong with a picture's file, and how much of the picture is there all the same.
package struct ImageDamage: Equatable, Sendable {
  package enum Rows: Equatable, Sendable {
    /// From the top.
    case partly(Int, of: Int)
    /// All, without their fine detail: an interlaced or progressive picture that ends early.
    case coarse
    /// All, but nobody can say that they are right.
    case uncertain
  }

  package var format: ImageFormat
  /// The library's function that noticed, and its words.
  package var function: String
  package var message: String
  /// The data end before the picture does.
  package var endsEarly: Bool
  /// Nil where even the header cannot be read.
  package var rows: Rows?

  package init(format: ImageFormat, function: String, message: String, endsEarly: Bool, rows: Rows?) {
    self.format = format
    self.function = function
    self.message = message
    self.endsEarly = endsEarly
    self.rows = rows
  }

  /// Whether something could be painted.
  package var leavesPicture: Bool {
    switch rows {
    case .partly(let count, _): count > 0
    case .coarse, .uncertain: true
    case nil: false
    }
  }

  /// Whether rows are missing at the end.
  var isGreyBelow: Bool {
    if case .partly = rows { endsEarly } else { false }
  }

  /// How much is there, as `12 of 43 rows are there`.
  package var inWords: String {
    switch rows {
    case .partly(0, let height): "none of its \(height) rows is there"
    case .partly(let count, let height): "\(count) of \(height) rows are there"
    case .coarse: "every row is there, but without its fine detail"
    case .uncertain: "every row is there, but may be wrong"
    case nil: "no row is there"
    }
  }
}
