internal import Files
internal import Foundation
internal import Jobs
internal import Pages
internal import Status

/// What is going on, as parts of pages, for everybody who looks: read and rendered once, whoever many they are, and not at all while
/// nobody does.
actor LiveBoard {
  /// A part of a page that is renewed by itself.
  struct Part: Sendable {
    let name: Template
    let html: String
    /// Of the board, when it became this.
    let version: Int
    /// As an event for browsers.
    let event: [UInt8]
  }

  enum News: Sendable {
    case changed
    /// Nothing but a sign of life.
    case beat
  }

  private static let pause: Duration = .seconds(1)
  private static let beatPause: Duration = .seconds(15)
  /// Between looks at what changes with time alone.
  private static let patience: Duration = .seconds(2)
  /// Open streams; who comes then asks regularly instead.
  static let mostListeners = 400

  private let source: LiveSource
  /// Tells versions from those of an earlier process.
  private let era = String(UInt32.random(in: .min ... .max), radix: 36)
  private var number = 0
  private var parts: [Template: Part] = [:]
  private var signature: LiveSource.Signature?
  private var readAt: ContinuousClock.Instant?
  private var listeners: [Int: AsyncStream<News>.Continuation] = [:]
  private var nextListener = 0
  private var isClosed = false
  private(set) var report: StatusReport?

  init(_ source: LiveSource) { self.source = source }

  /// Names what is shown now.
  var version: String { "\(era)-\(number)" }

  /// All parts, as the folders have them now.
  func current() -> [Template: Part] {
    read()
    return parts
  }

  /// The parts that have changed since a version, and the present one. All of them for a version of another process.
  func news(since version: String) -> (version: String, parts: [Part]) {
    let known = version.hasPrefix(era + "-") ? Int(version.dropFirst(era.count + 1)) ?? -1 : -1
    return (self.version, parts.values.filter { $0.version > known }.sorted { $0.name.rawValue < $1.name.rawValue })
  }

  /// A stream that says when there is something new; nil when too many listen.
  func listen() -> (id: Int, news: AsyncStream<News>)? {
    guard listeners.count < Self.mostListeners, !isClosed else { return nil }
    nextListener += 1
    let id = nextListener
    // Whoever is slow hears once of all that was new meanwhile.
    let (news, sender) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .bufferingNewest(1))
    listeners[id] = sender
    // Also when nobody has ever listened to it.
    sender.onTermination = { _ in Task { await self.leave(id) } }
    return (id, news)
  }

  func leave(_ id: Int) { listeners.removeValue(forKey: id)?.finish() }

  /// Renews the board for those who listen, until the task is cancelled.
  func run() async {
    var lastBeat = ContinuousClock.now
    while (try? await Task.sleep(for: Self.pause)) != nil {
      guard !listeners.isEmpty else { continue }
      if read() { tell(.changed) }
      guard ContinuousClock.now - lastBeat > Self.beatPause else { continue }
      lastBeat = .now
      tell(.beat)
    }
  }

  /// Ends all streams.
  func close() {
    isClosed = true
    for sender in listeners.values { sender.finish() }
    listeners = [:]
  }

  private func tell(_ news: News) { for sender in listeners.values { sender.yield(news) } }

  /// - Returns: whether something has changed.
  @discardableResult
  private func read() -> Bool {
    let now = source.signature
    let age = readAt.map { ContinuousClock.now - $0 } ?? .seconds(3600)
    guard now != signature || (source.isTimely && age > Self.patience) else { return false }
    guard let reading = source.read() else { return false }
    readAt = .now
    signature = now
    report = reading.report
    var hasChanged = false
    for (name, html) in reading.parts where parts[name]?.html != html {
      if !hasChanged { number += 1 }
      hasChanged = true
      parts[name] = Part(name: name, html: html, version: number, event: Self.event(name, html))
    }
    return hasChanged
  }

  /// In the form of server-sent events.
  private static func event(_ name: Template, _ html: String) -> [UInt8] {
    let data = html.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }.joined()
    return Array("event: \(name.rawValue)\n\(data)\n".utf8)
  }
}
