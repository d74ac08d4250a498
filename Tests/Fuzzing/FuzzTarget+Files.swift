internal import Files
internal import Foundation
internal import Images
internal import Networks
internal import NeuralNetwork
internal import Painter
internal import Safetensors
internal import StyleTransfer
internal import Cache
internal import TestSupport
internal import WeightsImport

extension FuzzTarget {
  /// All of them. `pictures` are seeds for the decoders, `scratch` is a folder for files. `alone` for a program without other threads.
  package static func all(pictures: [[UInt8]], scratch: String, alone: Bool = false) throws -> [FuzzTarget] {
    [
      try images(pictures), try masks(pictures), settings, options, names, try tensors(scratch), try cache(scratch),
      onnx(scratch),
      try torch(scratch), try keras(scratch, alone: alone),
    ]
  }

  /// Files of all formats, with their EXIF data and colour profiles; damaged ones are also painted.
  package static func images(_ pictures: [[UInt8]]) throws -> FuzzTarget {
    let own = RGBImage(width: 19, height: 13, pixels: (0..<19 * 13 * 3).map { UInt8($0 * 7 % 256) })
    let cutOut = WritablePicture(own, alpha: (0..<19 * 13).map { UInt8($0 % 19 < 9 ? 0 : $0 % 256) })
    let seeds = pictures + [try PNGEncoder.encode(own), try JPEGEncoder.encode(own), try PNGEncoder.encode(cutOut)]
    let limits = ImageLimits(maximumBytes: 1 << 20, maximumPixels: 1 << 18, maximumScans: 20)
    return FuzzTarget("images", seeds: seeds, words: imageWords, repair: PNGChunks.repaired) { bytes in
      defer {
        check(
          try? ImageDecoder.decode(bytes, limits: limits, acceptingDamage: true, keepingAlpha: true), limits)
      }
      check(try ImageDecoder.decode(bytes, limits: limits), limits)
    }
  }

  private static let imageWords = [
    "IHDR", "PLTE", "tRNS", "iCCP", "eXIf", "acTL", "IDAT", "IEND", "Exif\0\0", "ICC_PROFILE\0",
    "cICP", "gAMA", "zTXt", "RIFF", "WEBP", "VP8X", "ALPH", "ANMF", "ICCP", "ftyp", "meta", "ipma", "ispe", "irot",
    "colrnclx", "II*\0", "MM\0*", "tiff:Orientation=\"6\"",
  ]

  /// Pictures as masks: how light they are, at sizes that they are laid over, and at layers of these.
  static func masks(_ pictures: [[UInt8]]) throws -> FuzzTarget {
    let slope = RGBImage(
      width: 23, height: 11, pixels: (0..<23 * 11).flatMap { [UInt8](repeating: UInt8($0), count: 3) })
    let half = RGBImage(
      width: 16, height: 16, pixels: (0..<256).flatMap { [UInt8](repeating: $0 % 16 < 8 ? 255 : 0, count: 3) })
    let seeds = pictures + [try PNGEncoder.encode(slope), try PNGEncoder.encode(half), try JPEGEncoder.encode(half)]
    let limits = ImageLimits(maximumBytes: 1 << 20, maximumPixels: 1 << 16, maximumScans: 20)
    return FuzzTarget("masks", seeds: seeds, words: imageWords, repair: PNGChunks.repaired) { bytes in
      let image = try ImageDecoder.decode(bytes, limits: limits, acceptingDamage: true).image
      let mask = MaskImage(image)
      for (width, height) in [(image.width, image.height), (1, 1), (37, 5), (3, 64)] {
        let averaged = mask.averaged(width: width, height: height)
        precondition(averaged.values.allSatisfy { (0...1).contains($0) }, "a mask beyond black and white")
        precondition(!mask.isBlack || averaged.values.allSatisfy { $0 == 0 }, "light from a black mask")
        for block in 1...5 {
          let layer = averaged.averaged(to: Layer(block: block, convolution: 1))
          precondition(layer.values.count == (width >> (block - 1)) * (height >> (block - 1)))
        }
      }
    }
  }

  private static func check(_ decoded: DecodedImage?, _ limits: ImageLimits) {
    guard let decoded else { return }
    precondition(decoded.image.width * decoded.image.height <= limits.maximumPixels)
    _ = decoded.image.resized(width: 8, height: 8)
    if let alpha = decoded.alpha {
      precondition((alpha.width, alpha.height) == (decoded.image.width, decoded.image.height))
      _ = alpha.onWhite(decoded.image.resized(width: 9, height: 7))
    }
    // What a result may take over from a photo.
    _ = CarriedEXIF.bytes(of: decoded.exif)
    _ = OutputProfile(of: decoded)
  }

  /// Safetensors files, as the cache, checkpoints and weights are; also as weights.
  static func tensors(_ scratch: String) throws -> FuzzTarget {
    let path = scratch + "/fuzz.safetensors"
    let tensors = [
      TensorContents(name: "a", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6]),
      TensorContents(name: "half", shape: [5], halvesOf: [1, 2, 3, 4, 5]),
      TensorContents(name: "bytes", shape: [2, 2, 3], bytes: Array(0..<12)),
    ]
    var seeds: [[UInt8]] = []
    for count in 0...tensors.count {
      try SafetensorsDocument(tensors: Array(tensors.prefix(count)), metadata: ["format": "easel-weights"]).write(
        to: Path(path))
      seeds.append([UInt8](try Data(contentsOf: URL(filePath: path))))
    }
    return FuzzTarget("tensors", seeds: seeds, words: safetensorsWords, repair: withHeaderLength) { bytes in
      try Data(bytes).write(to: URL(filePath: path))
      _ = try? VerifiedWeights(verifying: Path(path))
      let file = try SafetensorsFile(path: Path(path))
      _ = file.payloadDigest()
      for tensor in file.tensors {
        let count = try file.withUnsafeBytes(of: tensor.name) { $0.reduce(0) { $0 &+ Int($1) } }
        let floats = try? file.floats(of: tensor.name)
        precondition(count >= 0 && (floats?.count ?? tensor.elementCount) == tensor.elementCount)
      }
    }
  }

  /// Entries of the cache.
  static func cache(_ scratch: String) throws -> FuzzTarget {
    let cache = CacheFolder(directory: Path(scratch + "/cache"))
    let key = CacheKey(of: "fuzzing") { $0.add("number", 1) }
    cache.store(.targets, [TensorContents(name: "target", shape: [2, 2], floats: [1, 2, 3, 4])], key)
    let path = "\(scratch)/cache/targets/\(key.description.prefix(2))/\(key).safetensors"
    let seed = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return FuzzTarget("cache", seeds: [seed], words: safetensorsWords, repair: withHeaderLength) { bytes in
      try Data(bytes).write(to: URL(filePath: path))
      guard let file = CacheFolder(directory: Path(scratch + "/cache")).entry(.targets, key) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      let floats = try file.floats(of: "target")
      precondition(floats == [1, 2, 3, 4], "a damaged entry was taken")
    }
  }

  /// ONNX models. None holds a whole network, which would be megabytes: an error about what is missing is the end.
  static func onnx(_ scratch: String) -> FuzzTarget {
    func model(_ fill: (inout ONNXFile.Tensor) -> Void) -> [UInt8] {
      var model = ONNXFile()
      model.add("functional_1/block1_conv1_1/Squeeze:0", [64], Array(repeating: 0.5, count: 64))
      model.add("block1_conv1/kernel", [64, 3, 3, 3], Array(repeating: 0.25, count: 1728))
      fill(&model.tensors[0])
      return model.bytes
    }
    let seeds = [
      model { _ in },
      model { ($0.dataType, $0.rawData) = (10, Array(repeating: 0, count: 128)) },
      model { ($0.rawData, $0.floatData) = (nil, Array(repeating: 1, count: 64)) },
      model { $0.dataLocation = 1 },
    ]
    let words = ["block1_conv1", "block5_conv4/", "block3_conv4_1", ":0", "\u{8}\u{1}", "\u{12}"]
    return weights("onnx", seeds: seeds, words: words, scratch)
  }

  /// PyTorch files, in both forms.
  static func torch(_ scratch: String) throws -> FuzzTarget {
    let words = [
      "ctorch._utils\n_rebuild_tensor_v2\n", "cos\nsystem\n", "ctorch\nHalfStorage\n", "ccollections\nOrderedDict\n",
      "features.2.weight", "state_dict", "q\u{1}", "h\u{1}", "h\u{2}", "R", "Q", "t", "(", "u", "}", "e", "b",
      "K\u{40}",
      "M\u{1}\u{2}", "J", "PK\u{1}\u{2}", "PK\u{5}\u{6}", "archive/data.pkl", "archive/data/0",
    ]
    return weights("torch", seeds: try seeds(["small.pth", "small-legacy.pth"]), words: words, scratch)
  }

  /// Keras files; refused where there is no library for them.
  static func keras(_ scratch: String, alone: Bool) throws -> FuzzTarget {
    let words = ["HDF\r\n\u{1a}\n", "TREE", "SNOD", "HEAP", "OHDR", "OCHK", "FRHP", "BTHD", "kernel:0", "vars"]
    return weights(
      "keras", seeds: try seeds(["small.h5", "small-latest.h5"]), words: words, scratch, triesFirst: alone)
  }

  /// Files that `WeightsImportTests/Fixtures/make.py` has written.
  private static func seeds(_ names: [String]) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).appending(path: "../../WeightsImportTests/Fixtures").standardized
    return try names.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
  }

  /// Importing. An error about what is missing is as far as a sound part of a model gets.
  private static func weights(
    _ name: String, seeds: [[UInt8]], words: [String], _ scratch: String, triesFirst: Bool = false
  ) -> FuzzTarget {
    let (input, output) = (scratch + "/fuzz.\(name)", scratch + "/imported.safetensors")
    return FuzzTarget(name, seeds: seeds, words: words) { bytes in
      try Data(bytes).write(to: URL(filePath: input))
      do {
        if triesFirst { try VGGWeightsImport.tryFirst(Path(input)) }
        try VGGWeightsImport.run(
          input: Path(input), network: .vgg16, output: Path(output), description: WeightsDescription())
      } catch let error as WeightsImportError {
        if case .missingTensor = error.problem { return }
        throw error
      }
    }
  }

  private static let safetensorsWords = [
    "__metadata__", "\"F32\"", "\"F64\"", "\"U8\"", "\"BF16\"", "\"shape\":[", "\"data_offsets\":[0,0]", "\"dtype\"",
    "-1", "[", "{",
    "9223372036854775807", "4294967296", "null", "1e30", "\\ud800",
  ]

  /// The length field made to fit the header, which ends with the last brace.
  @Sendable private static func withHeaderLength(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 8, let brace = bytes.lastIndex(of: UInt8(ascii: "}")), brace >= 8 else { return bytes }
    let end = bytes[brace...].dropFirst().prefix { $0 == UInt8(ascii: " ") }.endIndex
    return withUnsafeBytes(of: UInt64(end - 8).littleEndian) { Array($0) } + bytes[8...]
  }
}
