/// Easel's version: what `easel --version` prints, what reports name and what cached tensors depend on.
package enum Version {
  package static let current = "0.1.0"
}
