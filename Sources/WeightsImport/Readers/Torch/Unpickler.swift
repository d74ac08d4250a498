/// Reads a pickle of weights: tensors, dictionaries, lists, tuples, texts and numbers. It is a machine with a stack, as Python's is
/// (https://docs.python.org/3/library/pickletools.html), but there is nothing that it could call: of globals it knows
/// those of `PickleGlobal`, and every other, as every other opcode, is refused by its name.
struct Unpickler {
  private var input: PickleInput
  private(set) var heap = PickleHeap()
  private var stack: [PickleValue] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(_ input: PickleInput) { self.input = input }

  /// What the pickle says, and where it ends.
  mutating func value() throws(PickleProblem) -> (value: PickleValue, end: Int) {
    while true {
      let opcode = try input.byte()
      if opcode == UInt8(ascii: ".") { return (try pop(), input.place) }
      try run(opcode)
    }
  }

  private mutating func run(_ opcode: UInt8) throws(PickleProblem) {
    switch UnicodeScalar(opcode) {
    case "\u{80}": _ = try input.byte()  // PROTO
    case "\u{95}": _ = try input.bytes(8)  // FRAME
    case "(": marks.append(stack.count)
    case "0": _ = try pop()
    case "1": _ = try popMarked()
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "J", "K", "M", "\u{8a}", "G": try runNumber(opcode)
    case "X": stack.append(.string(try input.text(Int(input.number(UInt32.self)))))
    case "T": stack.append(.string(try input.text(Int(input.number(UInt32.self)))))
    case "U", "\u{8c}": stack.append(.string(try input.text(Int(input.byte()))))
    case "q": try remember(Int(input.byte()))
    case "r": try remember(Int(input.number(UInt32.self)))
    case "\u{94}": try remember(memo.count)
    case "h": stack.append(try remembered(Int(input.byte())))
    case "j": stack.append(try remembered(Int(input.number(UInt32.self))))
    case "c": stack.append(.global(try global("\(input.line()).\(input.line())")))
    case "\u{93}": try stackGlobal()
    case "R": try reduce()
    case "b": try build()
    case "Q": stack.append(.storage(try storage(pop())))
    default: try runContainer(opcode)
    }
  }

  private mutating func runNumber(_ opcode: UInt8) throws(PickleProblem) {
    switch UnicodeScalar(opcode) {
    case "J": stack.append(.int(Int(try input.number(Int32.self))))
    case "K": stack.append(.int(Int(try input.byte())))
    case "M": stack.append(.int(Int(try input.number(UInt16.self))))
    case "G": stack.append(.float(Double(bitPattern: try input.number(UInt64.self).byteSwapped)))
    default:
      let bytes = try input.bytes(Int(input.byte()))
      guard bytes.count <= 8 else { throw .damaged("a number has \(bytes.count) bytes") }
      let sign = bytes.last.map { $0 >= 0x80 } == true ? -1 : 0
      stack.append(.int(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) }))
    }
  }

  private mutating func runContainer(_ opcode: UInt8) throws(PickleProblem) {
    switch UnicodeScalar(opcode) {
    case ")": stack.append(.tuple(try heap.add([])))
    case "]": stack.append(.list(try heap.add([])))
    case "}": stack.append(.dictionary(try heap.add([])))
    case "t": stack.append(.tuple(try heap.add(popMarked())))
    case "\u{85}", "\u{86}", "\u{87}": stack.append(.tuple(try heap.add(pop(Int(opcode) - 0x84))))
    case "a": try append([pop()])
    case "e": try append(popMarked())
    case "s": try setItems(pop(2))
    case "u": try setItems(popMarked())
    default: throw .opcode(PickleOpcodes.name(opcode))
    }
  }
}

// The stack.
extension Unpickler {
  private func top() throws(PickleProblem) -> PickleValue {
    guard let last = stack.last, stack.count > marks.last ?? 0 else { throw .damaged("a value is missing") }
    return last
  }

  private mutating func pop() throws(PickleProblem) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The last of them last.
  private mutating func pop(_ count: Int) throws(PickleProblem) -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  private mutating func popMarked() throws(PickleProblem) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw .damaged("a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ key: Int) throws(PickleProblem) { memo[key] = try top() }

  private func remembered(_ key: Int) throws(PickleProblem) -> PickleValue {
    guard let value = memo[key] else { throw .damaged("a value is used before it was made") }
    return value
  }

  private mutating func append(_ values: [PickleValue]) throws(PickleProblem) {
    guard case .list(let place) = try top() else { throw .damaged("something is added to what is no list") }
    try heap.append(values, to: place)
  }

  private mutating func setItems(_ values: [PickleValue]) throws(PickleProblem) {
    guard case .dictionary(let place) = try top(), values.count.isMultiple(of: 2) else {
      throw .damaged("something is set in what is no dictionary")
    }
    try heap.append(values, to: place)
  }
}

// Globals and what they make.
extension Unpickler {
  private func global(_ name: String) throws(PickleProblem) -> PickleGlobal {
    guard let global = PickleGlobal(rawValue: name) else { throw .global(name) }
    return global
  }

  private mutating func stackGlobal() throws(PickleProblem) {
    let names = try pop(2)
    guard case .string(let module) = names[0], case .string(let name) = names[1] else {
      throw .damaged("a global has no name")
    }
    stack.append(.global(try global("\(module).\(name)")))
  }

  private mutating func reduce() throws(PickleProblem) {
    let arguments = heap.elements(try pop())
    guard case .global(let function) = try pop(), let arguments else { throw .damaged("a call of what is no function") }
    switch function {
    case .orderedDict: stack.append(.dictionary(try heap.add(items(arguments))))
    case .rebuildTensor, .rebuildTensor2: stack.append(.tensor(try tensor(arguments)))
    case .rebuildParameter:
      guard case .tensor(let tensor) = arguments.first else { throw .damaged("a parameter is no tensor") }
      stack.append(.tensor(tensor))
    default: throw .damaged("\(function.rawValue) is called")
    }
  }

  /// Of an ordered dictionary, which older files give as a list of pairs.
  private func items(_ arguments: [PickleValue]) throws(PickleProblem) -> [PickleValue] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let pairs = heap.elements(first) else { throw .damaged("a dictionary of no pairs") }
    var items: [PickleValue] = []
    for pair in pairs {
      guard let pair = heap.elements(pair), pair.count == 2 else { throw .damaged("a dictionary of no pairs") }
      items += pair
    }
    return items
  }

  /// What a dictionary's object had beside its items; PyTorch keeps versions there. Dropped.
  private mutating func build() throws(PickleProblem) {
    _ = try pop()
    guard case .dictionary = try top() else { throw .damaged("a state of what is no dictionary") }
  }

  /// ("storage", type, key, place, count) and, in older files, what it is a part of.
  private mutating func storage(_ id: PickleValue) throws(PickleProblem) -> TorchStorage {
    guard let parts = heap.elements(id), parts.count >= 5, case .string("storage") = parts[0],
      case .global(let type) = parts[1], type.elementBytes != nil, case .string(let key) = parts[2],
      case .int(let count) = parts[4], count >= 0, count <= Int.max / 8
    else { throw .damaged("something else than a storage lies outside") }
    if parts.count > 5 {
      guard case .none = parts[5] else { throw .damaged("a storage that is a part of another; save the weights again") }
    }
    heap.storageTypes[key] = type
    return TorchStorage(type: type, key: key, count: count)
  }

  /// (storage, offset, shape, strides, ...)
  private func tensor(_ arguments: [PickleValue]) throws(PickleProblem) -> TorchTensor {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .int(let offset) = arguments[1],
      let shape = heap.numbers(arguments[2]), let strides = heap.numbers(arguments[3])
    else { throw .damaged("a tensor of no storage, offset, shape and strides") }
    let tensor = TorchTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    guard tensor.isInside else { throw .damaged("a tensor of shape \(shape) reaches beyond its storage") }
    return tensor
  }
}

extension TorchTensor {
  /// Whether its elements are in the storage.
  fileprivate var isInside: Bool {
    guard offset >= 0, shape.count == strides.count, shape.count <= 16 else { return false }
    if shape.contains(0) { return offset <= storage.count }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (span, over) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (next, overflows) = last.addingReportingOverflow(span)
      if over || overflows { return false }
      last = next
    }
    return last < storage.count
  }
}
