import KernelTypes
import Kernels
import Testing

struct NearestTests {
  @Test(arguments: InstructionSet.available, [16, 48])
  func theCandidateWithTheLargestProductIsFound(set: InstructionSet, channels: Int) {
    var random = Random(seed: 41)
    let engine = Engine(threads: 2, instructionSet: set)
    for (height, width, count) in [(1, 1, 1), (3, 5, 31), (2, 97, 32), (4, 200, 33), (1, 96, 100)] {
      let values = random.floats(channels * height * width)
      let vectors = (0..<count).map { _ in random.floats(channels) }
      let offsets = random.floats(count)
      let candidates = Candidates(count: count, channels: channels)
      for index in vectors.indices { candidates.set(index, vectors[index], offset: offsets[index]) }
      let found = values.withUnsafeBufferPointer { values in
        engine.nearest(
          candidates,
          to: FeatureView(height: height, width: width, channelGroups: channels / 16, pointer: values.baseAddress!))
      }
      #expect(found.count == height * width)
      for pixel in found.indices {
        func likeness(_ candidate: Int) -> Double {
          (0..<channels).reduce(Double(offsets[candidate])) { sum, channel in
            let feature = values[(channel / 16 * height * width + pixel) * 16 + channel % 16]
            return sum + Double(feature) * Double(vectors[candidate][channel])
          }
        }
        let best = vectors.indices.map(likeness).max()!
        #expect(likeness(Int(found[pixel])) > best - 1e-4 * abs(best) - 1e-5, "pixel \(pixel) of \(width)x\(height)")
      }
    }
  }

  @Test func candidatesThatAreNotSetAreNeverFound() {
    let engine = Engine(threads: 1)
    let candidates = Candidates(count: 40, channels: 16)
    candidates.set(37, [Float](repeating: -1, count: 16), offset: -100)
    let values = [Float](repeating: 1, count: 16 * 4)
    values.withUnsafeBufferPointer { values in
      let view = FeatureView(height: 2, width: 2, channelGroups: 1, pointer: values.baseAddress!)
      #expect(engine.nearest(candidates, to: view) == [37, 37, 37, 37])
    }
  }
}
