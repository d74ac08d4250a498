/// The names of opcodes that are refused, as Python's pickletools has them.
enum PickleOpcodes {
  /// In hexadecimal what has none.
  static func name(_ opcode: UInt8) -> String { names[opcode] ?? "0x" + String(opcode, radix: 16) }

  private static let names: [UInt8: String] = [
    UInt8(ascii: "2"): "DUP", UInt8(ascii: "F"): "FLOAT", UInt8(ascii: "I"): "INT", UInt8(ascii: "L"): "LONG",
    UInt8(ascii: "S"): "STRING", UInt8(ascii: "V"): "UNICODE", UInt8(ascii: "B"): "BINBYTES",
    UInt8(ascii: "C"): "SHORT_BINBYTES", UInt8(ascii: "P"): "PERSID", UInt8(ascii: "d"): "DICT",
    UInt8(ascii: "g"): "GET", UInt8(ascii: "i"): "INST", UInt8(ascii: "l"): "LIST", UInt8(ascii: "o"): "OBJ",
    UInt8(ascii: "p"): "PUT", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x8b: "LONG4",
    0x8d: "BINUNICODE8", 0x8e: "BINBYTES8", 0x8f: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
    0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
