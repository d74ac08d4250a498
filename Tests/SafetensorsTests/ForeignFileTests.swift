import Files
import Foundation
import Safetensors
import TestSupport
import Testing

/// Python's safetensors package writes and reads the same format.
struct ForeignFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func pythonReadsWhatWeWrite() throws {
    let path = folder.path("ours.safetensors")
    let document = SafetensorsDocument(
      tensors: [
        TensorContents(name: "halves", shape: [3], halvesOf: [0.1, -2, 65504]),
        TensorContents(name: "grösse \"a\"", shape: [2, 1, 2], floats: [1, -0.5, 3.25, .leastNonzeroMagnitude]),
        TensorContents(name: "scalar", shape: [], floats: [7]),
        TensorContents(name: "none", shape: [0, 4], floats: []),
      ],
      metadata: ["source": "a/b\n\"c\""])
    try document.write(to: Path(path))
    try Python.run(
      """
      import sys, hashlib, struct, numpy as np
      from safetensors import safe_open
      with safe_open(sys.argv[1], "np") as f:
          assert set(f.keys()) == {"halves", 'grösse "a"', "scalar", "none"}, f.keys()
          assert f.metadata()["source"] == 'a/b\\n"c"', f.metadata()
          halves, floats = f.get_tensor("halves"), f.get_tensor('grösse "a"')
          assert halves.dtype == np.float16 and (halves == np.float16([0.1, -2, 65504])).all(), halves
          assert floats.dtype == np.float32 and (floats == np.float32([[[1, -0.5]], [[3.25, 1e-45]]])).all(), floats
          assert f.get_tensor("scalar").shape == () and f.get_tensor("none").shape == (0, 4)
          digest = f.metadata()["payload_sha256"]
      data = open(sys.argv[1], "rb").read()
      start = 8 + struct.unpack("<Q", data[:8])[0]
      assert start % 8 == 0 and hashlib.sha256(data[start:]).hexdigest() == digest
      """, path)
  }

  @Test func weReadWhatPythonWrites() throws {
    let path = folder.path("theirs.safetensors")
    try Python.run(
      """
      import sys, numpy as np
      from safetensors.numpy import save_file
      save_file({"half": np.float16([[1.5, -2]]), "single": np.float32([0.1, 3e38]), "double": np.float64([[0.25], [7]]),
                 "whole": np.int64([1, 2, 3]), "byte": np.uint8([9]), "short": np.int16([-32768, 7]), "scalar": np.array(5, "f4"), "none": np.zeros((2, 0), "f4")},
                sys.argv[1], {"made": "by Python", "größe": "ja"})
      """, path)
    let file = try SafetensorsFile(path: Path(path))
    #expect(file.metadata == ["made": "by Python", "größe": "ja"])
    #expect(try file.floats(of: "half") == [1.5, -2])
    #expect(try file.floats(of: "single") == [0.1, 3e38])
    #expect(try file.floats(of: "double") == [0.25, 7])
    #expect(try file.floats(of: "scalar") == [5])
    #expect(try file.floats(of: "none") == [])
    #expect(try file.info(of: "double").shape == [2, 1])
    #expect(try file.info(of: "whole").elementType == .int64)
    #expect(try file.withUnsafeBytes(of: "byte") { Array($0) } == [9])
    #expect(try file.int16s(of: "short") == [-32768, 7])
    let wrong = SafetensorsError.Problem.wrongElementType(tensor: "single", expected: .int16, found: .float32)
    #expect(throws: SafetensorsError(path: Path(path), problem: wrong)) { try file.int16s(of: "single") }
    #expect(throws: SafetensorsError(path: Path(path), problem: .notFloatingPoint(tensor: "whole", found: .int64))) {
      try file.floats(of: "whole")
    }
    #expect(throws: SafetensorsError(path: Path(path), problem: .noDigest)) { try file.verifyPayload() }
  }

  @Test func everyHalfPrecisionNumberIsConvertedAsNumPyDoes() throws {
    let path = folder.path("halves.safetensors")
    try Python.run(
      """
      import sys, numpy as np
      from safetensors.numpy import save_file
      halves = np.arange(65536, dtype=np.uint16).view(np.float16)
      save_file({"half": halves, "single": halves.astype(np.float32)}, sys.argv[1])
      """, path)
    let file = try SafetensorsFile(path: Path(path))
    let (ours, theirs) = (try file.floats(of: "half"), try file.floats(of: "single"))
    #expect(ours.count == 65536)
    let differing = zip(ours, theirs).filter { $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN) }
    #expect(differing.isEmpty)
  }
}
