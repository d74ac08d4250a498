internal import CImageCodecs

/// A picture to be written: its samples, how opaque it is, and what is said beside them.
package struct WritablePicture: Equatable, Sendable {
  /// H x W x 3, from 0 to the greatest number.
  package enum Samples: Equatable, Sendable {
    case eightBits([UInt8])
    case sixteenBits([UInt16])
  }

  package let width: Int
  package let height: Int
  package let samples: Samples
  /// H x W, 255 for opaque; colours are not multiplied with it. Nil where every pixel is opaque.
  package let alpha: [UInt8]?
  package var attributes = PictureAttributes()

  /// - Parameter alpha: H x W; one without any transparency is left out.
  package init(width: Int, height: Int, _ samples: Samples, alpha: [UInt8]? = nil) {
    precondition(samples.count == width * height * 3, "WritablePicture: samples do not fill H x W x 3")
    precondition(alpha.map { $0.count == width * height } ?? true, "WritablePicture: alpha does not fill H x W")
    (self.width, self.height, self.samples) = (width, height, samples)
    self.alpha = alpha.flatMap { $0.allSatisfy { $0 == 255 } ? nil : $0 }
  }

  package init(_ image: RGBImage, alpha: [UInt8]? = nil) {
    self.init(width: image.width, height: image.height, .eightBits(image.pixels), alpha: alpha)
  }

  /// - Parameter alpha: of any size.
  package init(_ image: RGBImage, alpha: AlphaPlane?) {
    self.init(image, alpha: alpha?.resized(width: image.width, height: image.height).values)
  }

  /// As the C writers want it, for the time of the call.
  func withCPicture<Result>(_ body: (CImageCodecsPicture) -> Result) -> Result {
    func picture(_ bytes: UnsafeRawBufferPointer, bitDepth: UInt32) -> Result {
      body(
        CImageCodecsPicture(
          pixels: bytes.baseAddress!, width: UInt32(width), height: UInt32(height), hasAlpha: alpha != nil,
          bitDepth: bitDepth, isSRGB: attributes.profile.isEmpty))
    }
    switch samples {
    case .eightBits(let samples):
      return Self.interleaved(samples, alpha) { $0 }.withUnsafeBytes { picture($0, bitDepth: 8) }
    case .sixteenBits(let samples):
      return Self.interleaved(samples, alpha) { UInt16($0) * 257 }.withUnsafeBytes { picture($0, bitDepth: 16) }
    }
  }

  /// H x W x 4 with an alpha, the samples themselves without.
  private static func interleaved<Sample: BinaryInteger>(
    _ samples: [Sample], _ alpha: [UInt8]?, _ scaled: (UInt8) -> Sample
  ) -> [Sample] {
    guard let alpha else { return samples }
    var pixels: [Sample] = []
    pixels.reserveCapacity(alpha.count * 4)
    for (index, alpha) in alpha.enumerated() {
      pixels += samples[3 * index..<3 * index + 3]
      pixels.append(scaled(alpha))
    }
    return pixels
  }
}

extension WritablePicture.Samples {
  var count: Int {
    switch self {
    case .eightBits(let samples): samples.count
    case .sixteenBits(let samples): samples.count
    }
  }
}

/// What is written beside the pixels of a picture; each may be empty.
package struct PictureAttributes: Equatable, Sendable {
  /// The ICC profile of the samples; empty for sRGB.
  package var profile: [UInt8] = []
  /// A TIFF structure.
  package var exif: [UInt8] = []
  /// A packet (ISO 16684-1).
  package var xmp: [UInt8] = []
  /// The program, for PNG's own texts.
  package var software = ""

  package init() {}
}
