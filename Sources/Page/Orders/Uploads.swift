internal import Files
internal import HTTPTypes
internal import HummingbirdCore
internal import Inbox
internal import Jobs
internal import NIOCore
internal import StyleLibrary
internal import Synchronization

/// Takes new jobs that come as forms.
final class Uploads: Sendable {
  /// Of an upload that is refused, so much is read for the answer to be heard.
  private static let mostDrained = 64 << 20
  private static let longestFields = 256 << 10

  private let inbox: InboxConfiguration
  private let presets: PresetList
  private let limits: UploadLimits
  private let minFreeBytes: Int
  private let underWay = Mutex(0)

  init(_ configuration: PageConfiguration) {
    (inbox, presets, limits) = (configuration.inbox, configuration.presets, configuration.uploads)
    minFreeBytes = configuration.minFreeBytes
    // Of a page that was killed.
    FileSystem.removeAbandoned(in: configuration.inbox.folder)
  }

  /// - Parameters:
  ///   - check: looks at what the form says before anything is kept, and may throw.
  ///   - keep: adds pictures that lie elsewhere already.
  /// - Returns: the job's name.
  /// - Throws: a `Refusal`, `OrderText.Wrong`, or a `FileError`.
  func take(
    _ request: PageRequest, checking check: @escaping @Sendable (OrderText) throws -> Void,
    keeping keep: @escaping @Sendable (OrderText, inout OrderFiles) throws -> Void
  ) async throws -> String {
    guard
      underWay.withLock({ count in
        guard count < limits.atOnce else { return false }
        count += 1
        return true
      })
    else {
      throw Refusal(.serviceUnavailable, "Others are sending pictures just now; try again in a moment.")
    }
    defer { underWay.withLock { $0 -= 1 } }
    do {
      return try await withDeadline(limits.time) { try await self.receive(request, check, keep) }
    } catch is DeadlinePassed {
      throw Refusal(.requestTimeout, "The upload took more than \(limits.time.components.seconds) s.")
    }
  }

  private func receive(
    _ request: PageRequest, _ check: (OrderText) throws -> Void, _ keep: (OrderText, inout OrderFiles) throws -> Void
  ) async throws -> String {
    guard let type = request.headers[.contentType], var parser = MultipartParser(contentType: type) else {
      throw Refusal(.unsupportedMediaType, "Pictures come as multipart/form-data.")
    }
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard announced <= limits.bytes + Self.longestFields else { throw tooMuch }
    var files = try OrderFiles(in: inbox.folder, limits: limits, minFreeBytes: minFreeBytes)
    try files.checkRoom(for: announced)
    var form = FormReader()
    guard var pieces = request.takeBody()?.makeAsyncIterator() else { throw Refusal(.badRequest) }
    do {
      var received = 0
      while let piece = try await Self.next(&pieces) {
        received += piece.readableBytes
        guard received <= limits.bytes + Self.longestFields else { throw tooMuch }
        for event in try parser.feed(piece.readableBytesView) { try form.take(event, &files) }
        // Others have their turn, however fast it comes.
        await Task.yield()
      }
    } catch {
      // A browser reads no answer while it sends; it is not waited for without end.
      var bytes = 0
      let end = ContinuousClock.now + .seconds(20)
      while bytes < Self.mostDrained, ContinuousClock.now < end, let piece = try? await pieces.next() {
        bytes += piece.readableBytes
      }
      throw error
    }
    guard parser.isComplete else { throw Refusal(.badRequest, "The upload was cut off; nothing was kept.") }
    let text = try OrderText(form.fields, presets: presets)
    try check(text)
    try keep(text, &files)
    let missing = text.missing(photos: files.count(.photo), paintings: files.count(.painting))
    guard missing.isEmpty else { throw OrderText.Wrong(problems: missing) }
    return try files.commit(text) { inbox.presetFolders[$0] != nil }
  }

  private var tooMuch: Refusal {
    Refusal(
      .contentTooLarge, "This has more than \(ByteSize(bytes: limits.bytes).words); send fewer pictures at a time.")
  }

  /// - Throws: a `Refusal` where the browser has gone.
  private static func next(_ pieces: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
    do { return try await pieces.next() } catch {
      try Task.checkCancellation()
      throw Refusal(.badRequest, "The upload was cut off; nothing was kept.")
    }
  }

  /// Puts the parts of a form where they belong.
  private struct FormReader {
    private(set) var fields: [(name: String, value: String)] = []
    private var value: [UInt8] = []
    private var isFile = false
    private var bytes = 0

    mutating func take(_ event: MultipartParser.Event, _ files: inout OrderFiles) throws {
      switch event {
      case .part(let name, let file?):
        guard let role = OrderFiles.Role(rawValue: name) else {
          throw Refusal(.badRequest, "There is no place for a file called \(name).")
        }
        isFile = true
        try files.begin(role, file)
      case .part(let name, nil):
        isFile = false
        value = []
        try count(name.utf8.count)
        fields.append((name, ""))
      case .data(let data) where isFile: try files.write(data)
      case .data(let data):
        try count(data.count)
        value += data
      case .endOfPart where isFile: try files.end()
      case .endOfPart: fields[fields.count - 1].value = String(decoding: value, as: UTF8.self)
      case .end: break
      }
    }

    /// Names and values of fields are kept in memory until the end.
    private mutating func count(_ more: Int) throws {
      bytes += more
      guard bytes <= Uploads.longestFields, fields.count <= OrderText.mostFields else {
        throw Refusal(.contentTooLarge, "The form is too long.")
      }
    }
  }
}
