internal import FoundationEssentials
internal import Safetensors

extension TargetCache {
  /// Removes the half-written entries of processes that were killed. What cannot be removed stays: it harms nobody.
  package static func removeAbandonedFiles(in directory: String) {
    let files = FileManager.default
    let targets = "\(directory)/targets"
    for folder in (try? files.contentsOfDirectory(atPath: targets)) ?? [] {
      for name in (try? files.contentsOfDirectory(atPath: "\(targets)/\(folder)")) ?? []
      where TemporaryName.isAbandoned(name) {
        try? files.removeItem(atPath: "\(targets)/\(folder)/\(name)")
      }
    }
  }
}
