/// NAME, NAME-2, NAME-3 ...: the first that nobody has.
package enum FreeName {
  /// - Parameter numbered: the name with a number behind it; without one for 1.
  package static func first<Name>(_ numbered: (Int) -> Name, unless isTaken: (Name) throws -> Bool) rethrows -> Name {
    var number = 1
    while try isTaken(numbered(number)) { number += 1 }
    return numbered(number)
  }

  /// `NAME` for 1, `NAME-2` for 2.
  package static func numbered(_ name: String, _ number: Int) -> String { number == 1 ? name : "\(name)-\(number)" }
}
