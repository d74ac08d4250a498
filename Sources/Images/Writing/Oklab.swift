internal import Glibc

/// Oklab (Ottosson, "A perceptual color space for image processing", 2020): lightness, green-red and blue-yellow, in
/// which equal distances look about equally different.
enum Oklab {
  /// From sRGB 0...255.
  static func from(sRGB: SIMD3<Float>) -> SIMD3<Float> {
    let red = linear(sRGB.x)
    let green = linear(sRGB.y)
    let blue = linear(sRGB.z)
    let long = cbrtf(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let medium = cbrtf(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = cbrtf(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return SIMD3(
      0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
      1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
      0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short)
  }

  /// IEC 61966-2-1.
  private static func linear(_ encoded: Float) -> Float {
    let value = encoded / 255
    return value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
  }
}
