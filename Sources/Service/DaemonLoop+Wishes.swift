import Inbox
import Jobs
import Spool
import Status
import StyleLibrary

// What is asked for by people and programs that may not write into the folders themselves.
extension DaemonLoop {
  func heedWishes() {
    spool.answerWishes { wish in
      let answer = answer(to: wish)
      logger.info("asked to \(wish.words): \(answer.words)")
      return answer
    }
  }

  private func answer(to wish: Wish) -> WishAnswer {
    do {
      switch wish.action {
      case .renameStyle, .removeStyle:
        return WishAnswer(isGranted: true, try configuration.styleLibrary.carryOut(wish))
      case .hold, .release, .retry, .cancel, .priority:
        let control = try JobControl(outbox: configuration.outbox, inbox: InboxConfiguration(configuration))
        return WishAnswer(isGranted: true, try control.carryOut(wish))
      }
    } catch {
      return WishAnswer(isGranted: false, "\(error)")
    }
  }
}

extension Wish {
  /// For the log.
  fileprivate var words: String { "\(action.rawValue) \(name)" }
}
