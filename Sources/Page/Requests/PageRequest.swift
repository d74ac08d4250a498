internal import Files
internal import HTTPTypes
internal import HummingbirdCore
internal import Synchronization

/// A request, as far as it was read: its path by names, which are bytes.
struct PageRequest: Sendable {
  let method: HTTPRequest.Method
  let path: [FileName]
  let query: [String: String]
  let headers: HTTPFields
  /// What the browser calls us: the field Host.
  let authority: String?
  private let body: RequestBody
  /// A body comes once.
  private let isTaken = Flag()

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  /// Nil for what is no address of ours.
  init?(_ request: Request) {
    let text = request.head.path ?? ""
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard text.utf8.first == UInt8(ascii: "/"), let path = Self.path(parts[0]) else { return nil }
    (method, self.path, headers) = (request.method == .head ? .get : request.method, path, request.headers)
    query = parts.count > 1 ? Self.fields(parts[1]).reduce(into: [:]) { $0[$1.name] = $1.value } : [:]
    authority = request.head.authority
    body = request.body
  }

  /// What the request brings; nil when it was taken before.
  func takeBody() -> RequestBody? { isTaken.value.exchange(true, ordering: .relaxed) ? nil : body }

  private static func path(_ text: Substring) -> [FileName]? {
    var names: [FileName] = []
    for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let bytes = decoded(Array(part), plusIsSpace: false) else { return nil }
      names.append(FileName(bytes))
    }
    if names.last?.bytes.isEmpty == true { names.removeLast() }
    return names
  }

  /// Whether a script asks, which wants to know what happened and not another page.
  var isScripted: Bool { headers[.accept]?.contains("application/json") == true }

  /// What a form sends, in the order of its fields. What is not UTF-8 is left out.
  static func fields(_ text: some StringProtocol) -> [(name: String, value: String)] {
    text.utf8.split(separator: UInt8(ascii: "&")).compactMap { field in
      let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let values = parts.map { decoded(Array($0), plusIsSpace: true).flatMap { String(validating: $0, as: UTF8.self) } }
      guard let name = values[0], let value = parts.count > 1 ? values[1] : "" else { return nil }
      return (name, value)
    }
  }

  /// Without its percent signs; nil where they are wrong.
  private static func decoded(_ bytes: [UInt8], plusIsSpace: Bool) -> [UInt8]? {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) else {
          return nil
        }
        result.append(high << 4 | low)
        index += 2
      case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
      case let byte: result.append(byte)
      }
      index += 1
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

// The body.
extension PageRequest {
  private static let longestForm = 256 << 10
  private static let patience: Duration = .seconds(20)

  /// The fields of a short form.
  ///
  /// - Throws: a `Refusal` when it is long or slow.
  func form() async throws -> [(name: String, value: String)] {
    guard let body = takeBody() else { return [] }
    do {
      let buffer = try await withDeadline(Self.patience) { try await body.collect(upTo: Self.longestForm) }
      return Self.fields(String(decoding: buffer.readableBytesView, as: UTF8.self))
    } catch is DeadlinePassed {
      throw Refusal(.requestTimeout, "The form did not arrive in time.")
    } catch {
      throw Refusal(.contentTooLarge, "The form is too long, or was cut off.")
    }
  }
}

extension [(name: String, value: String)] {
  /// The first field of that name.
  subscript(name: String) -> String? { first { $0.name == name }?.value }
}

/// Something took longer than it may.
struct DeadlinePassed: Error {}

/// What `body` gives, if it does within the time; it is cancelled then.
///
/// - Throws: `DeadlinePassed`, and what `body` throws.
func withDeadline<Value: Sendable>(
  _ time: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { tasks in
    tasks.addTask(operation: body)
    tasks.addTask {
      try await Task.sleep(for: time)
      throw DeadlinePassed()
    }
    defer { tasks.cancelAll() }
    guard let value = try await tasks.next() else { throw DeadlinePassed() }
    return value
  }
}
