/// What a pickle of weights may hold. Containers lie in a `PickleHeap`, so that no nesting can be too deep to be freed.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case tuple(Int)
  case list(Int)
  /// Keys and values in turn.
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(TorchStorage)
  case tensor(TorchTensor)
}

/// The functions and classes that a pickle of weights needs. No others exist for it, and none is ever looked up.
enum PickleGlobal: String {
  case orderedDict = "collections.OrderedDict"
  case rebuildTensor = "torch._utils._rebuild_tensor"
  case rebuildTensor2 = "torch._utils._rebuild_tensor_v2"
  case rebuildParameter = "torch._utils._rebuild_parameter"
  case half = "torch.HalfStorage"
  case bfloat16 = "torch.BFloat16Storage"
  case float = "torch.FloatStorage"
  case double = "torch.DoubleStorage"
  case byte = "torch.ByteStorage"
  case char = "torch.CharStorage"
  case short = "torch.ShortStorage"
  case int = "torch.IntStorage"
  case long = "torch.LongStorage"
  case bool = "torch.BoolStorage"

  /// Bytes of an element; nil for what is no storage.
  var elementBytes: Int? {
    switch self {
    case .orderedDict, .rebuildTensor, .rebuildTensor2, .rebuildParameter: nil
    case .byte, .char, .bool: 1
    case .half, .bfloat16, .short: 2
    case .float, .int: 4
    case .double, .long: 8
    }
  }
}

/// Numbers that lie elsewhere in the file.
struct TorchStorage {
  let type: PickleGlobal
  let key: String
  /// Elements.
  let count: Int
}

/// A view of a storage.
struct TorchTensor {
  let storage: TorchStorage
  /// All in elements.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// The contents of tuples, lists and dictionaries.
struct PickleHeap {
  private var contents: [[PickleValue]] = []
  /// The type of every storage that was mentioned, by key.
  var storageTypes: [String: PickleGlobal] = [:]
  private var count = 0

  /// A thousand times what the largest VGG has: a small file cannot ask for much memory.
  private static let limit = 1_000_000

  subscript(place: Int) -> [PickleValue] { contents[place] }

  mutating func add(_ values: [PickleValue]) throws(PickleProblem) -> Int {
    try reserve(values.count + 1)
    contents.append(values)
    return contents.count - 1
  }

  mutating func append(_ values: [PickleValue], to place: Int) throws(PickleProblem) {
    try reserve(values.count)
    contents[place].append(contentsOf: values)
  }

  private mutating func reserve(_ more: Int) throws(PickleProblem) {
    count += more
    guard count <= Self.limit else { throw .damaged("it has more than \(Self.limit) values") }
  }

  /// The elements of a tuple or list.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let place), .list(let place): contents[place]
    default: nil
    }
  }

  /// The entries of a dictionary whose keys are texts.
  func entries(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .dictionary(let place) = value else { return nil }
    let flat = contents[place]
    return stride(from: 0, to: flat.count - 1, by: 2).compactMap { index in
      guard case .string(let key) = flat[index] else { return nil }
      return (key, flat[index + 1])
    }
  }

  /// A tuple of whole numbers that are not negative.
  func numbers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let place) = value else { return nil }
    let numbers = contents[place].compactMap { if case .int(let number) = $0, number >= 0 { number } else { nil } }
    return numbers.count == contents[place].count ? numbers : nil
  }
}
