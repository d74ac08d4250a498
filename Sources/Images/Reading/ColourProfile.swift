internal import CLCMS

/// What numbers mean as colours, ready to be converted.
struct ColourProfile: ~Copyable {
  /// Interleaved 8-bit pixels as a reader delivers them.
  enum Pixels {
    case rgb
    /// RGB of three equal numbers.
    case grey
    case cmyk
    /// 255 means no ink.
    case invertedCMYK
  }

  let profile: cmsHPROFILE
  /// As an ICC profile calls itself, in English.
  let name: String

  /// An ICC profile; nil when the bytes are none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= UInt32.max, let profile = cmsOpenProfileFromMem(bytes, UInt32(bytes.count)) else { return nil }
    self.profile = profile
    var text = [CChar](repeating: 0, count: 128)
    cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", &text, UInt32(text.count - 1))
    let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    self.name = name.isEmpty ? "without a name" : name
  }

  /// Nil for colours that cannot be, such as three lights in one place.
  init?(_ colours: RGBColours) {
    var white = cmsCIExyY(x: colours.white.x, y: colours.white.y, Y: 1)
    var primaries = cmsCIExyYTRIPLE(
      Red: cmsCIExyY(x: colours.red.x, y: colours.red.y, Y: 1),
      Green: cmsCIExyY(x: colours.green.x, y: colours.green.y, Y: 1),
      Blue: cmsCIExyY(x: colours.blue.x, y: colours.blue.y, Y: 1))
    guard let curve = Self.curve(colours.curve) else { return nil }
    defer { cmsFreeToneCurve(curve) }
    var curves: [OpaquePointer?] = [curve, curve, curve]
    guard let profile = cmsCreateRGBProfile(&white, &primaries, &curves) else { return nil }
    self.profile = profile
    name = colours.name
  }

  deinit { cmsCloseProfile(profile) }

  private static func curve(_ curve: RGBColours.Curve) -> OpaquePointer? {
    switch curve {
    case .gamma(let power): cmsBuildGamma(nil, power)
    // Light is (a n + b)^g from d on, and c n below it: IEC 61966-2-1, turned round.
    case .sRGB: cmsBuildParametricToneCurve(nil, 4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
    }
  }

  var isGrey: Bool { cmsGetColorSpace(profile) == cmsSigGrayData }

  /// Code points that an ICC profile has beside its curves (ICC.1:2022, 9.2.17), for what these cannot say.
  var codePoints: ColourCodePoints? {
    let cicp = cmsTagSignature(rawValue: 0x6369_6370)
    var bytes = [UInt8](repeating: 0, count: 12)
    guard cmsReadRawTag(profile, cicp, &bytes, 12) == 12 else { return nil }
    return ColourCodePoints(primaries: Int(bytes[8]), transfer: Int(bytes[9]), isNarrow: bytes[11] == 0)
  }

  /// Nil when the profile is for another kind of pixel or cannot be applied.
  func conversion(of kind: Pixels) -> ColourConversion? { ColourConversion(from: profile, kind) }
}

/// A way from the pixels of a file to sRGB.
struct ColourConversion: ~Copyable {
  private let transform: cmsHTRANSFORM
  private let kind: ColourProfile.Pixels

  fileprivate init?(from profile: cmsHPROFILE, _ kind: ColourProfile.Pixels) {
    let (signature, format) = Self.signatureAndFormat(of: kind)
    guard cmsGetColorSpace(profile) == signature, let sRGB = cmsCreate_sRGBProfile() else { return nil }
    defer { cmsCloseProfile(sRGB) }
    guard let transform = cmsCreateTransform(profile, format, sRGB, CLCMS_RGB_8, UInt32(INTENT_PERCEPTUAL), 0) else {
      return nil
    }
    self.transform = transform
    self.kind = kind
  }

  deinit { cmsDeleteTransform(transform) }

  /// Whether the pixels are sRGB already, judged by what becomes of a grid of them and by no name: profiles that mean
  /// sRGB differ by up to two levels in the shadows.
  var changesNothing: Bool {
    let steps = stride(from: 0, through: 255, by: 17).map(UInt8.init)
    let grid =
      kind == .grey
      ? steps.flatMap { [$0, $0, $0] }
      : steps.flatMap { r in steps.flatMap { g in steps.flatMap { b in [r, g, b] } } }
    return zip(converted(grid), grid).allSatisfy { abs(Int($0) - Int($1)) <= 2 }
  }

  /// The pixels as H x W x 3 sRGB.
  func converted(_ pixels: [UInt8]) -> [UInt8] {
    switch kind {
    case .grey: converted(stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] }, count: pixels.count / 3)
    case .rgb: converted(pixels, count: pixels.count / 3)
    case .cmyk, .invertedCMYK: converted(pixels, count: pixels.count / 4)
    }
  }

  private func converted(_ pixels: [UInt8], count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * 3) { converted, initializedCount in
      cmsDoTransform(transform, pixels, converted.baseAddress, UInt32(clamping: count))
      initializedCount = count * 3
    }
  }

  private static func signatureAndFormat(of kind: ColourProfile.Pixels) -> (cmsColorSpaceSignature, UInt32) {
    switch kind {
    case .rgb: (cmsSigRgbData, CLCMS_RGB_8)
    case .grey: (cmsSigGrayData, CLCMS_GRAY_8)
    case .cmyk: (cmsSigCmykData, CLCMS_CMYK_8)
    case .invertedCMYK: (cmsSigCmykData, CLCMS_CMYK_8_REV)
    }
  }
}
