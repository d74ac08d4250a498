import KernelTypes
import Networks
import NeuralNetwork
import Testing

/// Layers keep only some of their rows: all that is still to be read must be among them.
struct BlockLayoutTests {
  @Test(arguments: [nil, 1, 2, 3, 5] as [Int?], [false, true])
  func noRowGoesBeforeItIsRead(stripRows: Int?, recomputed: Bool) throws {
    for height in Array(16..<48) + [97, 130, 300, 2160] {
      for convolution in 1...4 {
        let plan = NetworkPlan(
          .vgg19, observed: [Layer(block: 4, convolution: convolution)], pooling: .average, height: height, width: 4000,
          gradient: true, recomputedBlocks: recomputed ? 4 : 0, stripRows: stripRows)
        for block in plan.blocks {
          #expect(Rehearsal(block).succeeds, "\(block.layers), picture \(height) high")
        }
      }
    }
  }
}

/// The rows that are in a window, each in the place that it shares with others.
private struct Window {
  private var rows: [Int?]

  init(_ count: Int) { rows = Array(repeating: nil, count: count) }

  mutating func write(_ written: Range<Int>) {
    for row in written { rows[row % rows.count] = row }
  }

  func has(_ wanted: Range<Int>) -> Bool { wanted.allSatisfy { rows[$0 % rows.count] == $0 } }
}

/// A block's steps without any numbers: only which rows are there.
private struct Rehearsal {
  private let block: BlockLayout
  private var features: [Window]
  private var gradients: [Window]
  private var done: [Int]
  private(set) var succeeds = true

  init(_ block: BlockLayout) {
    self.block = block
    features = block.layers.map { Window(block.featureRowsInMemory(of: $0)) }
    gradients = block.layers.map { Window(block.gradientRowsInMemory(of: $0)) }
    done = block.layers.map { _ in 0 }
    forward()
    if block.recomputed { done = block.layers.map { _ in 0 } }
    gradient()
  }

  private func rows(_ tile: TileSize, _ first: Int, _ end: Int) -> Range<Int> {
    tile.rows(first..<end, height: block.height)
  }

  /// With the rows above and below that a convolution reads.
  private func around(_ rows: Range<Int>) -> Range<Int> {
    max(0, rows.lowerBound - 1)..<min(block.height, rows.upperBound + 1)
  }

  private mutating func need(_ isThere: Bool) { succeeds = succeeds && isThere }

  private mutating func advance(to ends: [Int]) {
    for index in ends.indices {
      let rows = rows(.forward, done[index], ends[index])
      if rows.isEmpty { continue }
      if index > 0 { need(features[index - 1].has(around(rows))) }
      features[index].write(rows)
    }
    done = ends
  }

  private mutating func forward() {
    for ends in block.forwardSteps {
      let pooled = rows(.forward, done.last!, ends.last!)
      advance(to: ends)
      need(features.last!.has(pooled))
    }
    need(done.allSatisfy { $0 == TileSize.forward.tiles(across: block.height) })
  }

  private mutating func gradient() {
    var gradientsDone = block.layers.map { _ in 0 }
    var inputDone = 0
    for step in block.gradientSteps {
      if block.recomputed { advance(to: step.features) }
      for index in block.layers.indices.reversed() {
        let rows = rows(.gradient, gradientsDone[index], step.gradients[index])
        if rows.isEmpty { continue }
        if block.recomputed { need(features[index].has(rows)) }
        if index + 1 < gradients.count { need(gradients[index + 1].has(around(rows))) }
        gradients[index].write(rows)
      }
      gradientsDone = step.gradients
      let input = rows(.gradient, inputDone, step.input)
      if !input.isEmpty { need(gradients[0].has(around(input))) }
      inputDone = step.input
    }
    need(inputDone == TileSize.gradient.tiles(across: block.height))
    need(gradientsDone.allSatisfy { $0 == inputDone })
  }
}
