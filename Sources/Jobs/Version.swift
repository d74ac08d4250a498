internal import CBuild

/// Easel's version: what `easel --version` prints, what reports name and what cached tensors depend on.
package enum Version {
  package static let current = "0.1.0"

  /// The commit that it was built from, shortened; nil where whoever built it did not say.
  package static let commit: String? = {
    let commit = String(cString: CBuildCommit)
    return commit.isEmpty ? nil : commit
  }()
}
