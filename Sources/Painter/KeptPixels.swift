import StyleTransfer

/// The parts of a photo that stay as they are: those of `content_mask`, and what is transparent with `background: keep`.
///
/// Of a pixel whose mask is m the picture has m of the photo and 1 - m of what is searched for. The loss looks at that picture,
/// and its gradient with respect to what is searched for is 1 - m of that with respect to the picture: none where all is kept.
struct KeptPixels {
  private let photo: PlanarPicture
  /// `[height][width]`, 0...1.
  private let mask: [Float]

  /// - Parameters:
  ///   - photo: of the result's size, as the mask is.
  init(_ photo: PlanarPicture, mask: PixelMask) {
    self.photo = photo
    self.mask = mask.values
  }

  func picture(of values: PlanarPicture) -> PlanarPicture {
    var picture = values
    picture.values.withUnsafeMutableBufferPointer { blend(values.values, into: $0.baseAddress!) }
    return picture
  }

  /// The loss of the picture, for who searches for values.
  func loss(_ loss: @escaping LossFunction) -> LossFunction {
    let picture = Scratch(photo.values)
    return { values, gradient in
      blend(values, into: picture.pointer)
      let value = loss(picture.pointer, gradient)
      for colour in 0..<3 {
        let plane = gradient + colour * mask.count
        for pixel in mask.indices { plane[pixel] *= 1 - mask[pixel] }
      }
      return value
    }
  }

  private func blend(_ values: UnsafePointer<Float>, into picture: UnsafeMutablePointer<Float>) {
    mask.withUnsafeBufferPointer { mask in
      photo.values.withUnsafeBufferPointer { photo in
        for plane in stride(from: 0, to: photo.count, by: mask.count) {
          for pixel in mask.indices {
            let (share, index) = (mask[pixel], plane &+ pixel)
            picture[index] = share * photo[index] + (1 - share) * values[index]
          }
        }
      }
    }
  }

  private final class Scratch {
    let pointer: UnsafeMutablePointer<Float>
    private let count: Int

    init(_ values: [Float]) {
      count = values.count
      pointer = .allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
    }

    deinit { pointer.deallocate() }
  }
}
