import Testing

import Jobs

@Suite struct SettingsLayersTests {
  @Test func layersAreAMappingAListOrOneName() throws {
    let one = Settings.WeightedLayer(4, 2, weight: 1)
    #expect(try settings("content_layers: conv4_2").contentLayers == [one])
    #expect(try settings("content_layers: [relu4_2]").contentLayers == [one])
    #expect(try settings("content_layers: {block4_conv2: 0.5}").contentLayers == [.init(4, 2, weight: 0.5)])
  }

  @Test func layersAreOrderedByDepth() throws {
    let layers = try settings("style_layers: {conv5_1: 1, conv3_2: 2, conv3_1: 3}").styleLayers
    #expect(layers.map(\.layer.description) == ["block3_conv1", "block3_conv2", "block5_conv1"])
  }

  @Test func namedLayersReplaceTheDefaults() throws {
    #expect(try settings("style_layers: [conv1_1]").styleLayers.count == 1)
  }

  @Test(arguments: ["block3_conv4", "conv6_1", "fc7", "conv0_1"])
  func layerThatTheNetworkLacksIsRefused(name: String) {
    #expect(
      complaints("style_layers:\n  conv1_1: 1\n  \(name): 2") == """
        cat.yaml:3: style_layers: found '\(name)', which is no layer; vgg16 has block1_conv1 to block5_conv3, \
        with 2, 2, 3, 3, 3 convolutions in its blocks
        """)
  }

  @Test func layerUnderTwoNamesIsRefused() {
    #expect(
      complaints("style_layers:\n  conv1_1: 1\n  relu1_1: 2")
        == "cat.yaml:3: style_layers: found block1_conv1 more than once")
  }

  @Test func weightMustBeANumber() {
    #expect(
      complaints("style_layers: {conv1_1: heavy}")
        == "cat.yaml:1: style_layers.conv1_1: found 'heavy'; allowed is a number from 0 to 1000000000")
  }

  @Test(arguments: ["{}", "[]", "{conv1_1: 0}"])
  func noLayerLeftIsRefused(layers: String) {
    #expect(
      complaints("style_layers: \(layers)")
        == "cat.yaml:1: style_layers: found no layer with a weight; name at least one")
  }

  @Test func noWeightLeftIsRefused() {
    #expect(
      complaints("content_weight: 0\nstyle_weight: 0")
        == "cat.yaml:2: style_weight: found 0 for every weight; there is nothing left to paint")
  }

  @Test func wrongTypeOfLayersIsRefused() {
    #expect(
      complaints("style_layers: [[conv1_1]]") == """
        cat.yaml:1: style_layers: found a list; allowed is the name of a layer, as block4_conv2, or names with their weights
        """)
  }
}
