import Cache
import Files
import Foundation

/// The node of a cluster that this process runs on.
package enum ClusterNode {
  /// As the cluster calls it, or else the machine's own name.
  package static var name: String {
    ProcessInfo.processInfo.environment["SLURMD_NODENAME"] ?? Machine.name
  }

  /// Which folder to use as cache, and what is to be said about that.
  ///
  /// The shared one where locks that others hold are seen here, by the daemon's own; else one of this node's in it. Without locks
  /// entries would be removed while somebody uses them.
  ///
  /// - Parameter shared: the cache of all nodes.
  package static func cache(in shared: Path) -> (folder: Path, note: String?) {
    if CacheFolder.isWatched(shared) { return (shared, nil) }
    let own = shared.appending("nodes").appending(FileName(name.replacing("/", with: "-")))
    return (
      own,
      """
      node \(name) saw no lock of the daemon's on the cache \(shared): either the daemon did not run just then, or locks do not \
      hold from node to node on that file system; so the node used a cache of its own, \(own), and left the styles alone
      """
    )
  }
}
