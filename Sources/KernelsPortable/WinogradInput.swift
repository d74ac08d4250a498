internal import KernelTypes

/// Input tiles of some channel groups and passes, transformed: B^T d B.
@Sendable
func transformInput(
  _ arguments: WinogradArguments, groups: Range<Int>, passes: Range<Int>, scratch: inout WinogradScratch
) {
  for group in groups {
    switch arguments.tile {
    case .two: transformInput(TwoTile.self, arguments, group, passes, scratch.input)
    case .six: transformInput(SixTile.self, arguments, group, passes, scratch.input)
    case .eight: transformInput(EightTile.self, arguments, group, passes, scratch.input)
    }
  }
  scratch.clock.lap(.transforms)
}

private func transformInput<T: Tile>(
  _: T.Type, _ arguments: WinogradArguments, _ group: Int, _ passes: Range<Int>,
  _ transformed: UnsafeMutablePointer<Float>
) {
  let patchFloats = T.positions * 16
  withUnsafeTemporaryAllocation(byteCount: 2 * patchFloats * 4, alignment: 64) { memory in
    let patch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    let rows = patch + patchFloats
    let input = arguments.input
    let across = arguments.tilesAcross
    let stride = arguments.transformedStride
    let rows16 = arguments.tilesPerPass * 16
    let tiles = arguments.tiles(passes)
    let first = arguments.firstTile + tiles.lowerBound
    var (tileY, tileX) = (first / across, first % across)
    var destination = transformed + (passes.lowerBound * input.channelGroups + group) * rows16
    var endOfPass = destination + rows16
    for _ in tiles {
      let (y, x) = (tileY * T.outputs - 1, tileX * T.outputs - 1)
      let isWhole = y >= 0 && x >= 0 && y + T.inputs <= input.height && x + T.inputs <= input.width
      if isWhole && y % input.rowsInMemory + T.inputs <= input.rowsInMemory {
        let source = input.row(y, group: group) + x * 16
        for part in parts {
          transformTile(T.self, source + part, rowStride: input.rowStride, rows, destination + part, stride)
        }
      } else {
        copyPatch(T.self, input, group, y, x, to: patch)
        for part in parts {
          transformTile(T.self, patch + part, rowStride: T.inputs * 16, rows, destination + part, stride)
        }
      }
      destination += 16
      if destination == endOfPass {
        destination += (input.channelGroups - 1) * rows16
        endOfPass = destination + rows16
      }
      tileX += 1
      if tileX == across { (tileX, tileY) = (0, tileY + 1) }
    }
  }
}

/// Copies a tile's inputs from (y, x) on, with zeros where they lie outside of the picture.
private func copyPatch<T: Tile>(
  _: T.Type, _ input: FeatureMap, _ group: Int, _ y: Int, _ x: Int, to patch: UnsafeMutablePointer<Float>
) {
  for row in 0..<T.inputs {
    let target = patch + row * T.inputs * 16
    guard y + row >= 0 && y + row < input.height else {
      target.update(repeating: 0, count: T.inputs * 16)
      continue
    }
    let source = input.row(y + row, group: group)
    for column in 0..<T.inputs {
      let isInside = x + column >= 0 && x + column < input.width
      for part in parts {
        store(
          isInside ? load(source + (x + column) * 16 + part) : Vector(repeating: 0), target + column * 16 + part)
      }
    }
  }
}

@inline(__always)
private func transformTile<T: Tile>(
  _: T.Type, _ source: UnsafePointer<Float>, rowStride: Int, _ rows: UnsafeMutablePointer<Float>,
  _ destination: UnsafeMutablePointer<Float>, _ positionStride: Int
) {
  for row in 0..<T.inputs {
    T.transformInputs(T.Inputs(from: source + row * rowStride, stride: 16))
      .store(to: rows + row * T.inputs * lanes, stride: lanes)
  }
  for column in 0..<T.inputs {
    T.transformInputs(T.Inputs(from: rows + column * lanes, stride: T.inputs * lanes))
      .store(to: destination + column * positionStride, stride: T.inputs * positionStride)
  }
}
