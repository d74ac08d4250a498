import Files
import Images
import Jobs
import Networks
import StyleTransfer

/// Pictures of one job that do not go together; in words.
struct PictureMismatch: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

// What masks say.
extension InputPictures {
  /// Where in the result a painting counts; nil for everywhere.
  ///
  /// - Parameter painting: from 0.
  func mask(ofPainting painting: Int) -> PixelMask? { averaged(.mask, painting, to: canvasSize) }

  /// Which part of a painting counts, at one of its sizes; nil for all of it.
  func targetMask(_ source: LossPicture, width: Int, height: Int) -> PixelMask? {
    source.role == .style ? averaged(.styleMask, source.index, to: (width, height)) : nil
  }

  /// Where each of some losses looks, in their order. A painting that has a mask shares its losses with no other.
  ///
  /// - Throws: `PictureMismatch` where nothing of a mask is left at a layer.
  func masks(of losses: [any FeatureLoss]) throws -> [PixelMask?] {
    let masks = styleShares.indices.map(mask(ofPainting:))
    return try losses.map { loss in
      guard let picture = loss.sources.first?.picture, picture.role == .style else { return nil }
      try check(masks[picture.index], .mask, picture.index, at: loss.layer)
      return masks[picture.index]
    }
  }

  /// Whether a layer has something of a mask: pooling leaves out an odd last row or column.
  ///
  /// - Parameter painting: whose mask it is, from 0.
  func check(_ mask: PixelMask?, _ role: InputRole, _ painting: Int, at layer: Layer) throws {
    guard let mask, let file = find(role, painting)?.file, mask.averaged(to: layer).values.allSatisfy({ $0 == 0 })
    else {
      return
    }
    throw PictureMismatch(
      "\(file): nothing of the \(role) is left at layer \(layer) of \(mask.width)x\(mask.height) pixels; make its white part larger"
    )
  }

  /// Where the photo stays as it is; nil for nowhere.
  var contentMask: PixelMask? { averaged(.contentMask, 0, to: canvasSize) }

  /// Whether a painting counts in a part of the result only.
  func hasMask(ofPainting painting: Int) -> Bool { find(.mask, painting) != nil }

  private func averaged(_ role: InputRole, _ painting: Int, to size: (width: Int, height: Int)) -> PixelMask? {
    find(role, painting).map { MaskImage($0.original.image).averaged(width: size.width, height: size.height) }
  }

  /// - Parameter painting: from 0.
  private func find(_ role: InputRole, _ painting: Int) -> Picture? {
    pictures[role].first { ($0.painting ?? 1) == painting + 1 }
  }
}

// What is wrong with them.
extension InputPictures {
  func checkMasks() throws {
    for role in [InputRole.mask, .styleMask, .contentMask] {
      for mask in pictures[role] {
        if MaskImage(mask.original.image).isBlack {
          throw PictureMismatch(
            "\(mask.file): the \(role) is black everywhere, so nothing is left; make white what is to count")
        }
        let painting = mask.painting ?? 1
        guard role != .styleMask || pictures[.style].indices.contains(painting - 1) else {
          throw PictureMismatch("\(mask.file): there is no painting \(painting) that it could be the \(role) of")
        }
        if let other = role == .styleMask ? pictures[.style][painting - 1] : canvas { try check(mask, role, on: other) }
      }
    }
  }

  /// Shapes may differ by what rounding to whole pixels does, or by 1 %.
  private func check(_ mask: Picture, _ role: InputRole, on other: Picture) throws {
    let (image, picture) = (mask.original.image, other.original.image)
    let height = Double(image.width) * Double(picture.height) / Double(picture.width)
    let width = Double(image.height) * Double(picture.width) / Double(picture.height)
    let isAlike =
      abs(height - Double(image.height)) <= max(1, 0.01 * Double(image.height))
      || abs(width - Double(image.width)) <= max(1, 0.01 * Double(image.width))
    guard !isAlike else { return }
    throw PictureMismatch(
      """
      \(mask.file): the \(role) is \(image.width)x\(image.height), and \(other.file), which it is laid over, \
      \(picture.width)x\(picture.height); a mask may have another size, but not another shape
      """)
  }
}

// What the search begins with.
extension InputPictures {
  /// The picture at the size of the result; nil for noise, or for a finished picture.
  var start: PlanarPicture? {
    let size = canvasSize
    let picture =
      pictures[.initial].first
      ?? (settings.start == .content ? content : settings.start == .style ? pictures[.style].first : nil)
    return picture.map { ColourPlan.sRGB.values(of: $0.original.image.resized(width: size.width, height: size.height)) }
  }

  func checkStart() throws {
    guard settings.startBlend > 0, settings.start == .noise, pictures[.initial].isEmpty else { return }
    throw PictureMismatch(
      """
      init_blend: found \(settings.startBlend) without a picture to mix noise into; set init to content, style, nearest or \
      a file, or leave init_blend out
      """)
  }
}

extension PlanarPicture {
  /// - Parameter share: of the other, 0 to 1.
  func mixed(with other: PlanarPicture, share: Double) -> PlanarPicture {
    let share = Float(share)
    return PlanarPicture(
      width: width, height: height, values: zip(values, other.values).map { (1 - share) * $0 + share * $1 })
  }
}
