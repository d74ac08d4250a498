internal import NIOCore

/// Cuts off who asks for something and then does not take it: when a part of an answer has not gone out within the patience.
final class StalledReaderHandler: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = Any
  typealias OutboundOut = Any

  private let patience: TimeAmount
  private var pending = 0
  /// When the last part went out, or the first was given; nil while nothing is on its way.
  private var since: NIODeadline?
  private var look: Scheduled<Void>?

  init(patience: TimeAmount) { self.patience = patience }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let written = promise ?? context.eventLoop.makePromise(of: Void.self)
    pending += 1
    if since == nil { since = .now() }
    written.futureResult.assumeIsolated().whenComplete { _ in self.noteWritten() }
    lookLater(context, in: patience)
    context.write(data, promise: written)
  }

  func handlerRemoved(context: ChannelHandlerContext) { look?.cancel() }

  private func noteWritten() {
    pending -= 1
    since = pending == 0 ? nil : .now()
  }

  private func lookLater(_ context: ChannelHandlerContext, in time: TimeAmount) {
    guard look == nil else { return }
    look = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      self.look = nil
      guard let since = self.since else { return }
      let left = self.patience - (NIODeadline.now() - since)
      if left > .zero { self.lookLater(context, in: left) } else { context.close(promise: nil) }
    }
  }
}
