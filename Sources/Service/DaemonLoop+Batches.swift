import Foundation
import Spool

// Folders of which several jobs come: these are made a few at a time, and when all of them have ended the folder's own job is due, which
// paints the contact sheet.
extension DaemonLoop {
  /// Each copies two pictures, while nothing else is heard.
  private static let cellsAtATime = 20

  func advanceBatches() {
    let ids = jobs.values.filter { $0.record.state == .gathering && !$0.isHeld }.map(\.id).sorted()
    for id in ids where !pauses.contains(.disk) { advanceBatch(id) }
  }

  private func advanceBatch(_ id: String) {
    var progress = BatchProgress()
    guard attempt({ progress = try spool.progress(of: jobs[id]!.spooled) }) else { return }
    if progress.isComplete {
      if attempt({ try spool.endGathering(&jobs[id]!.spooled) }) { logState(id) }
      return
    }
    let cells = progress.unmade.prefix(min(Self.cellsAtATime, roomForCells))
    for number in cells { if !makeCell(number, of: id) { return } }
    if cells.count == Self.cellsAtATime { send(.alarm) }
  }

  /// The folders themselves do not count: they wait for their cells.
  private var roomForCells: Int {
    max(0, configuration.settings.queueLimit - jobs.values.count { $0.record.state != .gathering })
  }

  private func makeCell(_ number: Int, of id: String) -> Bool {
    do {
      let cell = try spool.makeCell(number, of: jobs[id]!.spooled)
      jobs[cell.id] = ActiveJob(cell)
      logState(cell.id)
      return true
    } catch let error as BatchUnreadable {
      if attempt({ try spool.fail(&jobs[id]!.spooled, WorkerFailure(permanent: true, message: "\(error)")) }) {
        logState(id)
      }
    } catch {
      pause(.disk, because: "\(jobs[id]!.record.name): a job could not be made of it: \(error)")
      recoverSoon()
    }
    return false
  }
}
