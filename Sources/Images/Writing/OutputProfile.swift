internal import CLCMS

/// The colours that a picture is written in, and its ICC profile.
package struct OutputProfile: Sendable {
  /// The bytes of an ICC profile; empty for sRGB, which needs none.
  package let bytes: [UInt8]
  /// As people call it.
  package let name: String

  package static let sRGB = OutputProfile(bytes: [], name: "sRGB")

  private init(bytes: [UInt8], name: String) { (self.bytes, self.name) = (bytes, name) }

  package static var displayP3: OutputProfile { OutputProfile(.displayP3) ?? .sRGB }
  package static var adobeRGB: OutputProfile { OutputProfile(.adobeRGB) ?? .sRGB }

  /// That of a picture that was read; nil where nothing can be written in it: it is for another kind of pixel, or for one
  /// direction only, or damaged.
  package init?(of picture: DecodedImage) {
    switch picture.colour {
    case .sRGB: self = .sRGB
    case .described(let colours, _): self.init(colours)
    case .profile(let bytes):
      guard let profile = ColourProfile(bytes) else { return nil }
      self.init(bytes: bytes, name: profile.name)
      guard profile.canBeWrittenIn else { return nil }
    }
  }

  private init?(_ colours: RGBColours) {
    guard let bytes = ColourProfile(colours)?.written(as: colours.name) else { return nil }
    self.init(bytes: bytes, name: colours.name)
  }

  /// Samples of 16 bits from sRGB into these colours, in place.
  package func convert(_ samples: inout [UInt16]) {
    guard !bytes.isEmpty, let profile = ColourProfile(bytes), let transform = profile.conversionFromSRGB() else {
      return
    }
    defer { cmsDeleteTransform(transform) }
    samples.withUnsafeMutableBufferPointer { samples in
      cmsDoTransform(transform, samples.baseAddress, samples.baseAddress, UInt32(samples.count / 3))
    }
  }
}

extension ColourProfile {
  /// Whether colours of sRGB can be put into it.
  fileprivate var canBeWrittenIn: Bool {
    guard let transform = conversionFromSRGB() else { return false }
    cmsDeleteTransform(transform)
    return true
  }

  /// Nil when it is not for RGB, or colours cannot be put into it.
  fileprivate func conversionFromSRGB() -> cmsHTRANSFORM? {
    guard cmsGetColorSpace(profile) == cmsSigRgbData, let sRGB = cmsCreate_sRGBProfile() else { return nil }
    defer { cmsCloseProfile(sRGB) }
    // As pictures are read, the other way round. Exactly, for a table between would make bands.
    return cmsCreateTransform(
      sRGB, CLCMS_RGB_16, profile, CLCMS_RGB_16, UInt32(INTENT_PERCEPTUAL),
      UInt32(cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE))
  }

  /// Where creation dates stand in a profile: twelve bytes, six numbers (ICC.1:2022, 7.2.10).
  private static let date = 24..<36

  /// Its bytes, with a name; the same ones at any time.
  fileprivate func written(as name: String) -> [UInt8]? {
    var count: UInt32 = 0
    guard write(name, cmsSigProfileDescriptionTag), write("No copyright, use freely", cmsSigCopyrightTag),
      cmsSaveProfileToMem(profile, nil, &count) != 0
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    guard cmsSaveProfileToMem(profile, &bytes, &count) != 0 else { return nil }
    // The first of January 2000.
    bytes.replaceSubrange(Self.date, with: [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    return bytes
  }

  /// A text that may be set once only.
  private func write(_ text: String, _ tag: cmsTagSignature) -> Bool {
    guard let texts = cmsMLUalloc(nil, 1) else { return false }
    defer { cmsMLUfree(texts) }
    return cmsMLUsetASCII(texts, "en", "US", text) != 0 && cmsWriteTag(profile, tag, UnsafeRawPointer(texts)) != 0
  }
}
