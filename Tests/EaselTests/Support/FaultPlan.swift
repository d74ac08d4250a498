import Foundation

/// The file by which libFaultyCalls.so, preloaded into a program, is told which calls are to fail; see
/// `Tests/FaultyCalls/include/FaultyCalls.h`.
struct FaultPlan {
  /// In the order of FaultyCallsKind.
  enum Call: Int, CaseIterable, Sendable { case write, fsync, rename, mmap, read }

  private static let countsOffset = 40

  /// Beside the test bundle, like the program.
  private static let library = URL(filePath: RunningProgram.path).deletingLastPathComponent()
    .appending(path: "libFaultyCalls.so").path

  private let file: String
  /// What a program must be started with.
  let environment: [String: String]

  /// - Parameters:
  ///   - numbers: the calls that fail, counted from 0 over all processes together, with the error `code`.
  ///   - folder: only calls about files below it count.
  init(
    _ call: Call = .write, failing numbers: Range<Int> = 0..<0, code: Int32 = 0, watchesAreSilent: Bool = false,
    locksAreMissing: Bool = false, in folder: String, file: String
  ) throws {
    var bytes = Data()
    func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
    append(Int32(call.rawValue))
    append(code)
    append(UInt64(numbers.lowerBound))
    append(UInt64(numbers.upperBound))
    append(UInt64(watchesAreSilent ? 1 : 0))
    append(UInt64(locksAreMissing ? 1 : 0))
    for _ in Call.allCases { append(UInt64(0)) }
    try bytes.write(to: URL(filePath: file))
    self.file = file
    environment = ["LD_PRELOAD": Self.library, "FAULTY_CALLS_PLAN": file, "FAULTY_CALLS_FOLDER": folder]
  }

  /// The number of calls so far.
  func count(_ call: Call) throws -> Int {
    let bytes = try Data(contentsOf: URL(filePath: file))
    let start = Self.countsOffset + 8 * call.rawValue
    return bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
