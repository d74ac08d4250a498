import Files
import Images
import Jobs
import Spool
import StyleTransfer

extension WorkerFailure {
  /// Bad pictures and settings stay bad; space, memory and reading may be better next time, and so may a picture that is
  /// still being written.
  ///
  /// - Parameter isChanging: whether the file has changed since it was taken.
  init(_ error: any Error, isChanging: (Path) -> Bool) {
    let permanent =
      switch error {
      case is SettingsError, is SearchError, is PictureTooNarrow, is MemoryExceeded, is StyleCountMismatch,
        is PictureMismatch, is FormatNotBuiltIn:
        true
      case let error as ImageError: !error.reason.mayPass && !isChanging(error.path)
      default: false
      }
    self.init(permanent: permanent, message: "\(error)", advice: nil)
  }
}

extension ImageError.Reason {
  /// Whether the same file may be read the next time.
  fileprivate var mayPass: Bool {
    switch self {
    case .systemCall, .changedWhileReading: true
    default: false
    }
  }
}
