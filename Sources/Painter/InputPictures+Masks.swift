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
  /// Where in the result a painting counts, as far as the photo can be seen there; nil for everywhere.
  ///
  /// - Parameter painting: from 0.
  func mask(ofPainting painting: Int) -> PixelMask? {
    averaged(.mask, painting, to: canvasSize).times(alpha?.mask)
  }

  /// Which part of a painting counts, as far as it can be seen, at one of its sizes; nil for all of it.
  func targetMask(_ source: LossPicture, _ picture: Picture) -> PixelMask? {
    guard source.role == .style else { return nil }
    return averaged(.styleMask, source.index, to: (picture.width, picture.height)).times(picture.alpha?.mask)
  }

  /// How opaque the result is; nil where it is everywhere.
  var alpha: AlphaPlane? { content?.alpha }

  /// Where each of some losses looks, in their order: where the photo can be seen, and of the style where its painting counts. A painting
  /// that has a mask shares its losses with no other.
  ///
  /// - Throws: `PictureMismatch` where nothing of a mask is left at a layer.
  func masks(of losses: [any FeatureLoss]) throws -> [PixelMask?] {
    let masks = styleShares.indices.map(mask(ofPainting:))
    let visible = alpha?.mask
    let counting = contentDetail.times(visible)
    return try losses.map { loss in
      guard let picture = loss.sources.first?.picture else { return nil }
      switch picture.role {
      case .content:
        try check(visible, of: content, at: loss.layer)
        return counting
      case .style:
        try check(masks[picture.index], .mask, picture.index, at: loss.layer)
        return masks[picture.index]
      }
    }
  }

  /// How much each place of the photo counts by its detail; nil for all alike.
  private var contentDetail: PixelMask? {
    guard settings.contentDetail > 0, let content else { return nil }
    return PixelMask(detailOf: content.planes, share: settings.contentDetail)
  }

  /// Whether a layer has something of a mask: pooling leaves out an odd last row or column.
  ///
  /// - Parameters:
  ///   - mask: together with the alpha of what it is laid over.
  ///   - painting: whose mask it is, from 0.
  func check(_ mask: PixelMask?, _ role: InputRole, _ painting: Int, at layer: Layer) throws {
    guard let mask, mask.isBlack(at: layer) else { return }
    let other = role == .mask ? content : pictures[.style][painting]
    guard let file = find(role, painting)?.file else { return try check(mask, of: other, at: layer) }
    let advice = other?.alpha == nil ? "" : ", where \(other!.file) is opaque"
    throw PictureMismatch(
      """
      \(file): nothing of the \(role) is left at layer \(layer) of \(mask.width)x\(mask.height) pixels; make its white part \
      larger\(advice)
      """)
  }

  /// The same of an alpha.
  private func check(_ alpha: PixelMask?, of picture: Picture?, at layer: Layer) throws {
    guard let picture, let alpha, alpha.isBlack(at: layer) else { return }
    throw PictureMismatch(
      """
      \(picture.file): nothing that can be seen is left at layer \(layer) of \(alpha.width)x\(alpha.height) pixels; cut the \
      transparent border off, set a larger size or leave the deep layers out, or set background: white
      """)
  }

  /// Where the photo stays as it is, also because nobody can see it; nil for nowhere.
  var keptMask: PixelMask? {
    let kept = averaged(.contentMask, 0, to: canvasSize)
    guard let alpha, alpha.values.contains(0) else { return kept }
    let values = alpha.values.enumerated().map { pixel, alpha in alpha == 0 ? 1 : kept?.values[pixel] ?? 0 }
    return PixelMask(height: alpha.height, width: alpha.width, values: values)
  }

  /// What stays there: the photo as it was read, but in the colours that are painted where nobody can see it.
  var keptPhoto: PlanarPicture? {
    guard let content else { return nil }
    var photo = ColourPlan.sRGB.values(of: content.resizedAsRead)
    guard let alpha, content.isRecoloured else { return photo }
    let (painted, pixels) = (content.planes.values, alpha.values.count)
    for pixel in 0..<pixels where alpha.values[pixel] == 0 {
      for colour in 0..<3 { photo.values[colour * pixels + pixel] = painted[colour * pixels + pixel] }
    }
    return photo
  }

  /// Where the photo's colours are preserved, at the size of the result; nil for everywhere.
  var colourMask: PixelMask? { averaged(.colourMask, 0, to: canvasSize) }

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

extension AlphaPlane {
  var mask: PixelMask { PixelMask(height: height, width: width, values: values.map { Float($0) / 255 }) }
}

extension PixelMask? {
  /// Both, where there are two of one size.
  fileprivate func times(_ other: PixelMask?) -> PixelMask? {
    guard let self, let other else { return self ?? other }
    return PixelMask(height: self.height, width: self.width, values: zip(self.values, other.values).map { $0 * $1 })
  }
}

extension PixelMask {
  /// Whether nothing of it is left at a layer.
  fileprivate func isBlack(at layer: Layer) -> Bool { averaged(to: layer).values.allSatisfy { $0 == 0 } }
}

// What is wrong with them.
extension InputPictures {
  func checkVisibility() throws {
    for (_, picture) in pictures.all where picture.original.alpha?.isInvisible == true {
      throw PictureMismatch(
        "\(picture.file): every pixel is transparent, so there is nothing to see; leave it out, or set background: white"
      )
    }
  }

  func checkMasks() throws {
    if let mask = pictures[.colourMask].first, let trouble = settings.colourMaskTrouble {
      throw PictureMismatch("\(mask.file): this is a color mask, and \(trouble), or leave the mask out")
    }
    for role in InputRole.allCases where role.isMask {
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
    if settings.start == .grey, pictures[.initial].isEmpty {
      return PlanarPicture(
        width: size.width, height: size.height, values: [Float](repeating: 128, count: 3 * size.width * size.height))
    }
    let picture =
      pictures[.initial].first
      ?? (settings.start == .content ? content : settings.start == .style ? pictures[.style].first : nil)
    return picture.map { ColourPlan.sRGB.values(of: $0.painted(width: size.width, height: size.height)) }
  }

  func checkStart() throws {
    guard settings.startBlend > 0, settings.start == .noise, pictures[.initial].isEmpty else { return }
    throw PictureMismatch(
      """
      init_blend: found \(settings.startBlend) without a picture to mix noise into; set init to gray, content, style, \
      nearest or a file, or leave init_blend out
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
