import Images

/// One picture of many: a row for each photo, a column for each painting, and where they meet what came of them.
package struct ContactSheet {
  /// The photo before its row, or the painting above its column.
  package struct Heading {
    /// The file's name.
    var label: String
    /// Nil for a file that cannot be read.
    var picture: RGBImage?

    package init(label: String, picture: RGBImage?) { (self.label, self.picture) = (label, picture) }
  }

  package enum Cell {
    case picture(RGBImage)
    /// With the reason, for people.
    case none(String)
  }

  /// Stands in the corner.
  var title: String
  /// Empty where nothing but paintings is painted; then there is one row.
  var photos: [Heading]
  var paintings: [Heading]
  /// In rows.
  var cells: [[Cell]]

  package init(title: String, photos: [Heading], paintings: [Heading], cells: [[Cell]]) {
    (self.title, self.photos, self.paintings, self.cells) = (title, photos, paintings, cells)
  }

  /// How long the long side of pictures may be where there are so many of them, in pixels: a sheet is to be looked at as a whole.
  package static func longSide(rows: Int, columns: Int) -> Int {
    let pixels = 24_000_000 / ((rows + 1) * (columns + 1))
    return min(256, max(64, Int(Double(pixels).squareRoot())))
  }

  package func render() -> RGBImage {
    let layout = SheetLayout(self)
    var canvas = SheetCanvas(width: layout.width, height: layout.height)
    if !photos.isEmpty { write(title, on: &canvas, layout) }
    for (column, painting) in paintings.enumerated() {
      put(
        painting, at: layout.place(row: 0, column: column + layout.firstColumn), standing: true, on: &canvas, layout)
    }
    for (row, photo) in photos.enumerated() {
      put(photo, at: layout.place(row: row + 1, column: 0), standing: false, on: &canvas, layout)
    }
    for (row, cells) in cells.enumerated() {
      for (column, cell) in cells.enumerated() {
        let place = layout.place(row: row + 1, column: column + layout.firstColumn)
        switch cell {
        case .picture(let picture): put(picture, at: place, on: &canvas, layout)
        case .none(let reason): write("failed", reason, at: place, on: &canvas, layout)
        }
      }
    }
    return canvas.image
  }
}

// Drawing.
extension ContactSheet {
  private typealias Place = (x: Int, y: Int)

  private static let ink: SheetCanvas.Colour = (40, 40, 40)
  private static let paleInk: SheetCanvas.Colour = (110, 110, 110)
  private static let red: SheetCanvas.Colour = (170, 40, 40)
  private static let pale: SheetCanvas.Colour = (240, 240, 240)

  /// With its label right below; paintings stand on one line.
  private func put(
    _ heading: Heading, at place: Place, standing: Bool, on canvas: inout SheetCanvas, _ layout: SheetLayout
  ) {
    var bottom = place.y + layout.boxHeight
    if let picture = heading.picture {
      let size = layout.size(of: picture)
      let space = layout.boxHeight - size.height
      let top = place.y + (standing ? space : space / 2)
      bottom = top + size.height
      put(picture, at: (place.x, top - space / 2), on: &canvas, layout)
    } else {
      write("cannot be read", "", at: place, on: &canvas, layout)
    }
    let label = PixelFont.shortened(PixelFont.ascii(heading.label), to: layout.lettersInBox)
    canvas.write(
      label, x: place.x + (layout.boxWidth - PixelFont.width(of: label, scale: layout.scale)) / 2,
      y: bottom + layout.labelGap, scale: layout.scale, Self.ink)
  }

  /// In the middle of its box, as large as that allows.
  private func put(_ picture: RGBImage, at place: Place, on canvas: inout SheetCanvas, _ layout: SheetLayout) {
    let size = layout.size(of: picture)
    canvas.put(
      picture.resized(width: size.width, height: size.height), x: place.x + (layout.boxWidth - size.width) / 2,
      y: place.y + (layout.boxHeight - size.height) / 2)
  }

  /// A pale box that says why it holds no picture.
  private func write(
    _ word: String, _ reason: String, at place: Place, on canvas: inout SheetCanvas, _ layout: SheetLayout
  ) {
    canvas.fill(x: place.x, y: place.y, width: layout.boxWidth, height: layout.boxHeight, Self.pale)
    let inner = layout.boxWidth - 2 * layout.labelGap
    let text = PixelFont.shortened(PixelFont.ascii(word), to: PixelFont.count(in: inner, scale: layout.scale))
    let line = PixelFont.height + 3
    let most = max(0, (layout.boxHeight - 3 * layout.labelGap - layout.letterHeight) / line)
    let lines = PixelFont.lines(PixelFont.ascii(reason), of: PixelFont.count(in: inner, scale: 1)).prefix(most)
    var y = place.y + (layout.boxHeight - layout.letterHeight - lines.count * line) / 2
    func left(_ text: [UInt8], _ scale: Int) -> Int {
      place.x + (layout.boxWidth - PixelFont.width(of: text, scale: scale)) / 2
    }
    canvas.write(text, x: left(text, layout.scale), y: y, scale: layout.scale, Self.red)
    y += layout.letterHeight + layout.labelGap
    for text in lines {
      canvas.write(text, x: left(text, 1), y: y, scale: 1, Self.paleInk)
      y += line
    }
  }

  /// At the foot of the corner's box.
  private func write(_ title: String, on canvas: inout SheetCanvas, _ layout: SheetLayout) {
    let place = layout.place(row: 0, column: 0)
    let count = "\(photos.count) photo\(photos.count == 1 ? "" : "s"), \(paintings.count) "
    let words = count + "painting\(paintings.count == 1 ? "" : "s")"
    let name = PixelFont.shortened(PixelFont.ascii(title), to: layout.lettersInBox)
    let below = PixelFont.shortened(
      PixelFont.ascii(words), to: PixelFont.count(in: layout.boxWidth, scale: layout.smallScale))
    let y = place.y + layout.boxHeight - PixelFont.height * layout.smallScale
    canvas.write(name, x: place.x, y: y - layout.letterHeight - layout.labelGap, scale: layout.scale, Self.ink)
    canvas.write(below, x: place.x, y: y, scale: layout.smallScale, Self.paleInk)
  }
}

/// Where things are on a sheet: all boxes have one size, and a strip for a label below.
struct SheetLayout {
  private static let margin = 24
  private static let gap = 14
  /// The least sides of a box, so that its label can be read.
  private static let leastSide = 128

  let boxWidth: Int
  let boxHeight: Int
  let rows: Int
  let columns: Int
  /// Of the paintings: 1 behind photos.
  let firstColumn: Int

  init(_ sheet: ContactSheet) {
    firstColumn = sheet.photos.isEmpty ? 0 : 1
    rows = sheet.cells.count + 1
    columns = sheet.paintings.count + firstColumn
    // The results' size is the box; without any it is the photos'.
    var pictures = sheet.cells.joined().compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
    if pictures.isEmpty { pictures = (sheet.photos + sheet.paintings).compactMap(\.picture) }
    boxWidth = max(Self.leastSide, pictures.map(\.width).max() ?? 0)
    boxHeight = max(Self.leastSide * 2 / 3, pictures.map(\.height).max() ?? 0)
  }

  /// Of labels: the sides of a dot.
  var scale: Int { boxWidth >= 180 ? 2 : 1 }
  var smallScale: Int { 1 }
  var letterHeight: Int { PixelFont.height * scale }
  var labelGap: Int { 4 * scale }
  var lettersInBox: Int { PixelFont.count(in: boxWidth, scale: scale) }

  private var rowHeight: Int { boxHeight + labelGap + letterHeight + Self.gap }

  var width: Int { 2 * Self.margin + columns * (boxWidth + Self.gap) - Self.gap }
  var height: Int { 2 * Self.margin + rows * rowHeight - Self.gap }

  /// The upper left corner of a box; row 0 has the paintings.
  func place(row: Int, column: Int) -> (x: Int, y: Int) {
    (Self.margin + column * (boxWidth + Self.gap), Self.margin + row * rowHeight)
  }

  /// In its proportions, as large as the box allows.
  func size(of picture: RGBImage) -> (width: Int, height: Int) {
    let factor = min(
      Double(boxWidth) / Double(picture.width), Double(boxHeight) / Double(picture.height))
    func scaled(_ side: Int, most: Int) -> Int { min(most, max(1, Int((Double(side) * factor).rounded()))) }
    return (scaled(picture.width, most: boxWidth), scaled(picture.height, most: boxHeight))
  }
}
