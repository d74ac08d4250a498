internal import Files

/// What settings say about paintings.
extension SettingsReader {
  private static let allowedStyle = "\(allowedFile), or of a remembered style"

  /// One painting or a list of them, each a name or a mapping.
  mutating func styles(_ key: some CodingKey) -> OneOrMore<Settings.Style>? {
    guard let written = value(key) else { return nil }
    guard case .list(let values) = written.content else { return style(written, key).map { OneOrMore([$0]) } }
    guard (1...Settings.mostStyles).contains(values.count) else {
      note(
        "found a list of \(values.count); allowed are 1 to \(Settings.mostStyles) paintings", key.stringValue,
        at: written.place)
      return nil
    }
    let styles = values.compactMap { style($0, key) }
    for (index, style) in styles.enumerated() where styles[..<index].contains(where: { $0.isSamePicture(as: style) }) {
      note("found \(style.name) more than once; give it one weight", key.stringValue, at: written.place)
    }
    return OneOrMore(styles)
  }

  private mutating func style(_ written: SettingsDocument.Value, _ key: some CodingKey) -> Settings.Style? {
    guard case .mapping(let entries) = written.content else {
      let name = name(written, key, .style, allowed: Self.allowedStyle) {
        FileRole.isPicture(FileName($0)) || StyleName($0) != nil
      }
      return name.map { Settings.Style($0) }
    }
    var style: Settings.Style?
    nested(key, entries) { style = $0.style(at: written.place) }
    return style
  }

  private typealias Key = Settings.Style.CodingKeys

  /// Of a painting's own mapping.
  private mutating func style(at place: SettingsDocument.Place) -> Settings.Style? {
    let file = value(Key.file)
    let named = value(Key.name)
    let weight = number(Key.weight, in: 0...1e9)
    let mask = pictureName(Key.mask, .mask)
    let styleMask = pictureName(Key.styleMask, .styleMask)
    if let named, file != nil {
      note("found beside file; give a painting one of the two", Key.name.stringValue, at: named.place)
      return nil
    }
    let name =
      if let file {
        name(file, Key.file, .style, allowed: Self.allowedFile) { FileRole.isPicture(FileName($0)) }
      } else if let named {
        name(named, Key.name, .style, allowed: "the name of a remembered style, which `easel styles` lists") {
          StyleName($0) != nil
        }
      } else {
        missingName(at: place)
      }
    return name.map { Settings.Style($0, weight: weight, mask: mask, styleMask: styleMask) }
  }

  private mutating func missingName(at place: SettingsDocument.Place) -> String? {
    note("found none; each painting has a file, or the name of a remembered style", Key.file.stringValue, at: place)
    return nil
  }

  /// Whoever writes paintings there has meant another key.
  mutating func stylesChoice(_ key: some CodingKey) -> Settings.Styles? {
    let words = Settings.Styles.allCases.map(\.rawValue)
    guard let written = value(key) else { return nil }
    if let choice = written.content.text.flatMap(Settings.Styles.init) { return choice }
    let isName =
      switch written.content {
      case .list, .mapping: true
      default: written.content.text.map { FileRole.isPicture(FileName($0)) } ?? false
      }
    let advice = isName ? "; paintings are named by style" : ""
    refuse(written, key, allowed: words.joined(separator: ", ") + advice)
    return nil
  }

  mutating func styleWeights(_ key: some CodingKey) -> [Double]? {
    numbers(key, in: 0...1e9, count: 1...Settings.mostStyles, allowed: "one for each painting, not all of them 0") {
      $0.contains { $0 > 0 }
    }
  }

  mutating func styleScales(_ key: some CodingKey) -> [Double]? {
    numbers(key, in: 0.1...4, count: 1...8, allowed: "no two alike") { Set($0).count == $0.count }
  }

  /// - Parameter allowed: what `isGood` asks for, in words.
  private mutating func numbers(
    _ key: some CodingKey, in range: ClosedRange<Double>, count: ClosedRange<Int>, allowed: String,
    isGood: ([Double]) -> Bool
  ) -> [Double]? {
    let list = "a list of \(count.lowerBound) to \(count.upperBound) numbers"
    return read(
      key, allowed: "\(list) from \(range.lowerBound.written) to \(range.upperBound.written), \(allowed)"
    ) { content in
      guard case .list(let values) = content, count.contains(values.count) else { return nil }
      let numbers = values.compactMap(\.content.number).filter(range.contains)
      return numbers.count == values.count && isGood(numbers) ? numbers : nil
    }
  }
}

extension Settings.Style {
  /// Whether the other one is this painting again, with nothing that would tell the two apart.
  fileprivate func isSamePicture(as other: Self) -> Bool {
    var alike = other
    alike.weight = weight
    return alike == self
  }
}

extension SettingsDocument.Content {
  /// One painting of which nothing is said stands alone.
  init(_ styles: [Settings.Style]) {
    let contents = styles.map(Self.init)
    self = styles.count == 1 && styles[0] == Settings.Style(styles[0].name) ? contents[0] : .list(contents)
  }

  private init(_ style: Settings.Style) {
    typealias Key = Settings.Style.CodingKeys
    if style == Settings.Style(style.name) {
      self = .quoted(style.name)
      return
    }
    let name = FileRole.isPicture(FileName(style.name)) ? Key.file : .name
    self = .mapping(
      [
        Self.entry(name, .quoted(style.name)), style.weight.map { Self.entry(Key.weight, .plain($0.written)) },
        style.mask.map { Self.entry(Key.mask, .quoted($0)) },
        style.styleMask.map { Self.entry(Key.styleMask, .quoted($0)) },
      ].compactMap(\.self))
  }
}

// What is good by itself, but not with the rest.
extension Settings {
  /// The largest that a painting may become, as a multiple of the result's size.
  private static let largestStyleScale = 4.0

  func checkPaintings(_ reader: inout SettingsReader) {
    typealias Key = CodingKeys
    if styles == .each { checkEachPainting(&reader) }
    if let style, style.values.contains(where: { $0.weight != nil }), style.values.allSatisfy({ $0.weight == 0 }),
      let written = reader.value(Key.style)
    {
      reader.note(
        "found 0 for the weight of every painting; give one of them more", Key.style.rawValue, at: written.place)
    }
    if let style, let styleWeights, styles == .mixed, let written = reader.value(Key.styleWeights) {
      if style.values.contains(where: { $0.weight != nil }) {
        reader.note(
          "found weights in style too; leave one of the two out", Key.styleWeights.rawValue, at: written.place)
      } else if style.values.count != styleWeights.count {
        reader.note(
          "found \(styleWeights.count) weights for the \(style.values.count) that style names; give one for each",
          Key.styleWeights.rawValue, at: written.place)
      }
    }
    if let largest = styleScales.max(), largest > 1, styleScale * largest > Self.largestStyleScale,
      let written = reader.value(Key.styleScales)
    {
      reader.refuse(
        written, Key.styleScales, allowed: "a list that with style_scale \(styleScale.written) makes no more than 4")
    }
  }

  /// Of one painting alone nothing is mixed.
  private func checkEachPainting(_ reader: inout SettingsReader) {
    typealias Key = CodingKeys
    let complaint = "found beside styles: each, which paints in each painting alone; leave one of the two out"
    for (key, isSaid) in [(Key.styleWeights, styleWeights != nil), (.blend, blend != .grams)] where isSaid {
      if let written = reader.value(key) { reader.note(complaint, key.rawValue, at: written.place) }
    }
    if let style, style.values.contains(where: { $0.weight != nil }), let written = reader.value(Key.style) {
      reader.note(
        "found a weight beside styles: each, which paints in each painting alone; leave one of the two out",
        Key.style.rawValue, at: written.place)
    }
  }
}
