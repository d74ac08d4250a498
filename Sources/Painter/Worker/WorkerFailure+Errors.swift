import Images
import Jobs
import Spool
import StyleTransfer

extension WorkerFailure {
  /// Bad pictures and settings stay bad; space, memory and reading may be better next time.
  init(_ error: any Error) {
    let permanent =
      switch error {
      case is SettingsError, is SearchError, is PictureTooNarrow, is MemoryExceeded: true
      case let error as ImageError: !error.reason.mayPass
      default: false
      }
    self.init(permanent: permanent, message: "\(error)", advice: nil)
  }
}

extension ImageError.Reason {
  /// Whether the file may be whole the next time: it may still be on its way.
  fileprivate var mayPass: Bool {
    switch self {
    case .systemCall, .empty, .changedWhileReading, .truncated, .damaged: true
    default: false
    }
  }
}
