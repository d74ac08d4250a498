internal import CLCMS

/// An ICC profile that came with a picture: what its numbers mean as colours.
struct ColourProfile: ~Copyable {
  /// Interleaved 8-bit pixels as the file stores them.
  enum Pixels {
    case rgb
    case cmyk
    /// 255 means no ink.
    case invertedCMYK
  }

  private let profile: cmsHPROFILE
  /// As the profile calls itself, in English.
  let name: String

  /// Nil when the bytes are no profile.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= UInt32.max, let profile = cmsOpenProfileFromMem(bytes, UInt32(bytes.count)) else { return nil }
    self.profile = profile
    var text = [CChar](repeating: 0, count: 128)
    cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", &text, UInt32(text.count - 1))
    name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { cmsCloseProfile(profile) }

  var isSRGB: Bool { name.hasPrefix("sRGB") }

  /// The pixels as H x W x 3 sRGB. Nil when the profile is for another kind of pixel or cannot be applied.
  func convertedToSRGB(_ pixels: [UInt8], of kind: Pixels) -> [UInt8]? {
    let (signature, format) = Self.signatureAndFormat(of: kind)
    guard cmsGetColorSpace(profile) == signature, let sRGB = cmsCreate_sRGBProfile() else { return nil }
    defer { cmsCloseProfile(sRGB) }
    guard let transform = cmsCreateTransform(profile, format, sRGB, CLCMS_RGB_8, UInt32(INTENT_PERCEPTUAL), 0) else {
      return nil
    }
    defer { cmsDeleteTransform(transform) }
    let count = pixels.count / (kind == .rgb ? 3 : 4)
    guard let pixelCount = UInt32(exactly: count) else { return nil }
    return [UInt8](unsafeUninitializedCapacity: count * 3) { converted, initializedCount in
      cmsDoTransform(transform, pixels, converted.baseAddress, pixelCount)
      initializedCount = count * 3
    }
  }

  private static func signatureAndFormat(of kind: Pixels) -> (cmsColorSpaceSignature, UInt32) {
    switch kind {
    case .rgb: (cmsSigRgbData, CLCMS_RGB_8)
    case .cmyk: (cmsSigCmykData, CLCMS_CMYK_8)
    case .invertedCMYK: (cmsSigCmykData, CLCMS_CMYK_8_REV)
    }
  }
}

extension ColourProfile {
  /// Replaces `pixels` by sRGB if the file's profile says that they are something else, and says what was done.
  /// False when they are still as they were.
  static func apply(
    _ bytes: [UInt8], to pixels: inout [UInt8], of kind: Pixels, notes: inout [DecodingNote]
  ) -> Bool {
    guard !bytes.isEmpty else { return false }
    guard let profile = ColourProfile(bytes) else {
      notes.append(.profileIgnored(why: "it is damaged"))
      return false
    }
    if profile.isSRGB && kind == .rgb { return false }
    guard let converted = profile.convertedToSRGB(pixels, of: kind) else {
      notes.append(.profileIgnored(why: "\(profile.name) is not for this kind of picture"))
      return false
    }
    pixels = converted
    notes.append(.profileConverted(name: profile.name))
    return true
  }
}
