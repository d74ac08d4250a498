/// A picture in sixels, the language of DEC's VT340 that some terminals know (its programmer's reference, EK-VT3XX-TP): bands of
/// six rows, in each of which every colour has a line of its own.
package struct SixelPicture {
  private let image: IndexedImage

  private static let bandRows = 6

  package init(_ image: RGBImage) { self.image = IndexedImage(image) }

  package var text: String {
    let bands = stride(from: 0, to: image.height, by: Self.bandRows).map(band).joined(separator: "-")
    // Pixels are square, and what is not drawn stays as it is.
    return "\u{1b}P0;1q\"1;1;\(image.width);\(image.height)\(palette)\(bands)\u{1b}\\"
  }

  /// Colours are in percent.
  private var palette: String {
    func percent(_ level: UInt8) -> Int { (Int(level) * 100 + 127) / 255 }
    return image.colours.enumerated().map { index, colour in
      "#\(index);2;\(percent(colour.x));\(percent(colour.y));\(percent(colour.z))"
    }.joined()
  }

  /// The rows from `top` on: `#3` and a letter for each column, once for every colour that is there.
  private func band(_ top: Int) -> String {
    var columns: [Int: [UInt8]] = [:]
    for row in top..<min(top + Self.bandRows, image.height) {
      for x in 0..<image.width {
        let colour = Int(image.indices[row * image.width + x])
        columns[colour, default: [UInt8](repeating: 0, count: image.width)][x] |= 1 << UInt8(row - top)
      }
    }
    return columns.sorted { $0.key < $1.key }.map { "#\($0.key)\(Self.letters($0.value))" }.joined(separator: "$")
  }

  /// Six bits a letter from `?` on; of more than three alike, `!` and their number.
  private static func letters(_ columns: [UInt8]) -> String {
    var text = ""
    var rest = columns[...]
    while let first = rest.first {
      let count = rest.prefix { $0 == first }.count
      let letter = Character(Unicode.Scalar(first + UInt8(ascii: "?")))
      text += count > 3 ? "!\(count)\(letter)" : String(repeating: letter, count: count)
      rest = rest.dropFirst(count)
    }
    return text
  }
}
