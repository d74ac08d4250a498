internal import Foundation

/// What `torch.save` writes, in a zip archive or, before PyTorch 1.6, in a row: the object as a pickle, and its storages apart.
struct TorchFile {
  /// The tensors of the dictionary that was saved, or of the one that it keeps as `state_dict`.
  let tensors: [(name: String, tensor: TorchTensor)]
  private let data: Data
  /// Bytes of each storage, by key.
  private let storages: [String: Range<Int>]

  /// A pickle of 0x1950a86a20f9469cfc6c.
  static let legacyMark: [UInt8] = [
    0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]

  init(_ data: Data) throws(PickleProblem) {
    self.data = data
    let (object, storages) =
      data.starts(with: Self.legacyMark) ? try Self.readRow(data) : try Self.readArchive(data)
    self.storages = storages
    tensors = try Self.tensors(object)
  }

  private typealias Object = (value: PickleValue, heap: PickleHeap)

  private static func readArchive(_ data: Data) throws(PickleProblem) -> (Object, [String: Range<Int>]) {
    let archive = try ZipArchive(data)
    guard let pickle = archive.entries.keys.filter({ $0.hasSuffix("/data.pkl") }).min(by: { $0.count < $1.count })
    else { throw .damaged("the zip archive has no data.pkl") }
    let folder = pickle.dropLast("data.pkl".count)
    if let order = archive.entries["\(folder)byteorder"], order.count <= 16 {
      guard data[data.startIndex + order.lowerBound..<data.startIndex + order.upperBound].elementsEqual("little".utf8)
      else {
        throw .damaged("its numbers are big-endian")
      }
    }
    let place = archive.entries[pickle]!
    let bytes = data[data.startIndex + place.lowerBound..<data.startIndex + place.upperBound]
    var unpickler = Unpickler(PickleInput(bytes))
    let value = try unpickler.value().value
    let storages = unpickler.heap.storageTypes.keys.compactMap { key in
      archive.entries["\(folder)data/\(key)"].map { (key, $0) }
    }
    return ((value, unpickler.heap), Dictionary(uniqueKeysWithValues: storages))
  }

  /// Marks, what the machine was like, the object, the keys of its storages, and these with their counts.
  private static func readRow(_ data: Data) throws(PickleProblem) -> (Object, [String: Range<Int>]) {
    var place = legacyMark.count
    func next() throws(PickleProblem) -> Object {
      var unpickler = Unpickler(PickleInput(data, from: place))
      let (value, end) = try unpickler.value()
      place = end
      return (value, unpickler.heap)
    }
    guard case .int(1001) = try next().value else { throw .damaged("its protocol is not 1001") }
    let machine = try next()
    for entry in machine.heap.entries(machine.value) ?? [] where entry.key == "little_endian" {
      guard case .bool(true) = entry.value else { throw .damaged("its numbers are big-endian") }
    }
    let object = try next()
    let keys = try next()
    var input = PickleInput(data, from: place)
    var storages: [String: Range<Int>] = [:]
    for key in keys.heap.elements(keys.value) ?? [] {
      guard case .string(let key) = key, let width = object.heap.storageTypes[key]?.elementBytes else {
        throw .damaged("a storage that nothing uses")
      }
      let count = try input.number(Int64.self)
      guard count >= 0, count <= Int64(data.count) else { throw .damaged("storage \(key) is larger than the file") }
      let start = input.place
      _ = try input.bytes(Int(count) * width)
      storages[key] = start..<input.place
    }
    return (object, storages)
  }
}

// What is in it.
extension TorchFile {
  /// A file that keeps more than the weights has them under one of these.
  private static let places = ["state_dict", "model_state_dict", "model"]

  private static func tensors(_ object: Object) throws(PickleProblem) -> [(name: String, tensor: TorchTensor)] {
    guard var entries = object.heap.entries(object.value) else { throw .damaged("it holds no dictionary of tensors") }
    for place in places {
      if let inner = entries.last(where: { $0.key == place }), let within = object.heap.entries(inner.value) {
        entries = within
        break
      }
    }
    return entries.compactMap { if case .tensor(let tensor) = $0.value { ($0.key, tensor) } else { nil } }
  }

  /// In row-major order. Nil for a type that holds no real numbers.
  func floats(_ tensor: TorchTensor) throws(PickleProblem) -> [Float]? {
    switch tensor.storage.type {
    case .half: try elements(tensor) { (half: Float16) in Float(half) }
    case .bfloat16: try elements(tensor) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float: try elements(tensor) { (float: Float) in float }
    case .double: try elements(tensor) { (double: Double) in Float(double) }
    default: nil
    }
  }

  /// In row-major order. Nil for a type other than bytes.
  func bytes(_ tensor: TorchTensor) throws(PickleProblem) -> [UInt8]? {
    tensor.storage.type == .byte ? try elements(tensor) { $0 } : nil
  }

  private func elements<Element: BitwiseCopyable, Value>(
    _ tensor: TorchTensor, _ convert: (Element) -> Value
  ) throws(PickleProblem) -> [Value] {
    let width = MemoryLayout<Element>.size
    guard let place = storages[tensor.storage.key], place.count >= tensor.storage.count * width else {
      throw .damaged("storage \(tensor.storage.key) is missing or cut off")
    }
    return data.withUnsafeBytes { bytes in
      tensor.places.map {
        convert(bytes.loadUnaligned(fromByteOffset: place.lowerBound + $0 * width, as: Element.self))
      }
    }
  }
}

extension TorchTensor {
  /// Of its elements in the storage, in row-major order.
  fileprivate var places: [Int] {
    zip(shape, strides).reduce([offset]) { places, dimension in
      places.flatMap { place in (0..<dimension.0).map { place + $0 * dimension.1 } }
    }
  }
}
