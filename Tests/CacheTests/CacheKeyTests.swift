import Cache
import TestSupport
import Testing

struct CacheKeyTests {
  /// Lists of fields that a careless concatenation would take for each other.
  @Test func differentFieldsNeverGiveTheSameKey() {
    let keys = [
      CacheKey(of: "a") { _ in },
      CacheKey(of: "b") { _ in },
      CacheKey(of: "a") { $0.add("ab", "c") },
      CacheKey(of: "a") { $0.add("a", "bc") },
      CacheKey(of: "a") { $0.add("", "abc") },
      CacheKey(of: "a") { $0.add("abc", "") },
      CacheKey(of: "a") { $0.add("n", 1) },
      CacheKey(of: "a") { $0.add("n", "1") },
      CacheKey(of: "a") { $0.add("n", [1]) },
      CacheKey(of: "a") { $0.add("n", bytes: [1, 0, 0, 0, 0, 0, 0, 0]) },
      CacheKey(of: "a") { $0.add("n", [1, 2]) },
      CacheKey(of: "a") {
        $0.add("n", [1])
        $0.add("n", [2])
      },
      CacheKey(of: "a") {
        $0.add("n", [2])
        $0.add("n", [1])
      },
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test func aKeyIsTheSHA256OfItsFields() throws {
    let key = CacheKey(of: "style targets") {
      $0.add("network", "vgg16")
      $0.add("size", [512, -1])
    }
    let digest = try Python.run(
      """
      import hashlib, struct
      fields = [(b"subject", b"string", b"style targets"), (b"network", b"string", b"vgg16"),
                (b"size", b"integers", struct.pack("<qq", 512, -1))]
      text = b"".join(struct.pack("<Q", len(part)) + part for field in fields for part in field)
      print(hashlib.sha256(text).hexdigest(), end="")
      """)
    #expect(key.description == digest)
  }
}
