internal import CLCMS

/// What a picture's numbers mean as colours, as its file says it.
enum ColourMeaning: Equatable, Sendable {
  /// An ICC profile.
  case profile([UInt8])
  case described(RGBColours, isNarrow: Bool = false)
  /// sRGB, said or taken for granted.
  case sRGB

  /// The numbers for black and white, where they are not 0 and 255 (ITU-R BT.2100, narrow range).
  var narrowRange: ClosedRange<Int>? {
    if case .described(_, isNarrow: true) = self { 16...235 } else { nil }
  }

  /// Replaces `pixels` by sRGB if they are something else, and says what was done. False when they are still as they
  /// were.
  func apply(to pixels: inout [UInt8], of kind: ColourProfile.Pixels, notes: inout [DecodingNote]) -> Bool {
    if self == .sRGB { return false }
    guard let profile else {
      notes.append(.profileIgnored(why: "it is damaged"))
      return false
    }
    // A grey picture may have a profile for colours: then it is read as colours that are all grey.
    let kind = kind == .grey && !profile.isGrey ? .rgb : kind
    guard let conversion = profile.conversion(of: kind) else {
      notes.append(.profileIgnored(why: "\(profile.name) is not for this kind of picture"))
      return false
    }
    let isInk = kind == .cmyk || kind == .invertedCMYK
    if !isInk && conversion.changesNothing { return false }
    pixels = conversion.converted(pixels)
    notes.append(.profileConverted(name: profile.name))
    return true
  }

  /// Nil where there is none, or it cannot be used.
  private var profile: ColourProfile? {
    switch self {
    case .sRGB: nil
    case .profile(let bytes): ColourProfile(bytes)
    case .described(let colours, _): ColourProfile(colours)
    }
  }
}

/// Colours of three lights, without a profile: where these lie and how numbers become light.
struct RGBColours: Equatable, Sendable {
  /// CIE 1931 x and y.
  struct Chromaticity: Equatable, Sendable {
    var x: Double
    var y: Double
  }

  enum Curve: Equatable, Sendable {
    case sRGB
    /// Light is the number to this power.
    case gamma(Double)
  }

  var name: String
  var white: Chromaticity
  var red: Chromaticity
  var green: Chromaticity
  var blue: Chromaticity
  var curve: Curve

  private static let d65 = Chromaticity(x: 0.3127, y: 0.3290)

  /// The primaries of sRGB and ITU-R BT.709.
  init(_ name: String, _ curve: Curve) {
    self.init(
      name, Chromaticity(x: 0.64, y: 0.33), Chromaticity(x: 0.30, y: 0.60), Chromaticity(x: 0.15, y: 0.06), curve)
  }

  init(
    _ name: String, _ red: Chromaticity, _ green: Chromaticity, _ blue: Chromaticity, _ curve: Curve,
    white: Chromaticity? = nil
  ) {
    self.name = name
    self.white = white ?? Self.d65
    self.red = red
    self.green = green
    self.blue = blue
    self.curve = curve
  }

  /// Adobe RGB (1998), section 4.
  static let adobeRGB = RGBColours(
    "Adobe RGB", Chromaticity(x: 0.64, y: 0.33), Chromaticity(x: 0.21, y: 0.71), Chromaticity(x: 0.15, y: 0.06),
    .gamma(2.19921875))

  /// Display P3: SMPTE RP 431-2's lights with sRGB's white and curve.
  static let displayP3 = RGBColours(
    "Display P3", Chromaticity(x: 0.68, y: 0.32), Chromaticity(x: 0.265, y: 0.69), Chromaticity(x: 0.15, y: 0.06), .sRGB
  )
}

/// Code points for colours (ITU-T H.273), as PNG's cICP and HEIF's nclx have them.
struct ColourCodePoints: Equatable {
  var primaries: Int
  var transfer: Int
  var isNarrow = false

  /// Nil where they say nothing that is known here.
  ///
  /// - Throws: `.highDynamicRange` for light that a painted picture cannot show.
  func meaning(_ name: String) throws(ImageError.Reason) -> ColourMeaning? {
    switch transfer {
    case 16: throw .highDynamicRange(transfer: "PQ (SMPTE ST 2084)")
    case 18: throw .highDynamicRange(transfer: "HLG (ARIB STD-B67)")
    default: break
    }
    guard let curve, let colours = colours("\(name) \(primaries)/\(transfer)", curve) else { return nil }
    return .described(colours, isNarrow: isNarrow)
  }

  private var curve: RGBColours.Curve? {
    switch transfer {
    // ITU-R BT.709 and its kin: a camera's curve, for screens that are sRGB's.
    case 1, 6, 14, 15: .sRGB
    case 4: .gamma(2.2)
    case 5: .gamma(2.8)
    case 8: .gamma(1)
    case 13: .sRGB
    default: nil
    }
  }

  private func colours(_ name: String, _ curve: RGBColours.Curve) -> RGBColours? {
    typealias Point = RGBColours.Chromaticity
    switch primaries {
    case 1: return RGBColours(name, curve)
    case 5: return RGBColours(name, Point(x: 0.64, y: 0.33), Point(x: 0.29, y: 0.60), Point(x: 0.15, y: 0.06), curve)
    case 6, 7:
      return RGBColours(name, Point(x: 0.63, y: 0.34), Point(x: 0.31, y: 0.595), Point(x: 0.155, y: 0.07), curve)
    case 9:
      return RGBColours(name, Point(x: 0.708, y: 0.292), Point(x: 0.17, y: 0.797), Point(x: 0.131, y: 0.046), curve)
    case 11:
      return RGBColours(
        name, Point(x: 0.68, y: 0.32), Point(x: 0.265, y: 0.69), Point(x: 0.15, y: 0.06), curve,
        white: Point(x: 0.314, y: 0.351))
    case 12: return RGBColours(name, Point(x: 0.68, y: 0.32), Point(x: 0.265, y: 0.69), Point(x: 0.15, y: 0.06), curve)
    default: return nil
    }
  }
}
