import Networks
import Testing

import Jobs

/// What is compared, and how much each comparison counts.
@Suite struct SettingsLossesTests {
  @Test func lossesAreChosenByTheirNames() throws {
    let chosen = try settings(
      """
      style_loss: mean_std
      content_loss: sqrt
      layer_weights: geometric
      tv_loss: l1
      tv_power: 1.25
      optimizer: adam
      normalize_gradients: true
      """)
    #expect(chosen.styleLoss == .meanDeviation)
    #expect(chosen.contentLoss == .roots)
    #expect(chosen.layerWeights == .geometric)
    #expect(chosen.tvLoss == .l1)
    #expect(chosen.tvPower == 1.25)
    #expect(chosen.normalizeGradients)
    #expect(try settings("{style_loss: gram, gram_shift: -1}").gramShift == -1)
  }

  @Test func defaultsAreThoseOfTheLesson() throws {
    let plain = try settings("preset: lesson-transfer")
    #expect(plain.styleLoss == .gram && plain.contentLoss == .mse && plain.layerWeights == .given)
    #expect(plain.gramShift == 0 && plain.tvLoss == .l2 && plain.tvPower == 1 && !plain.normalizeGradients)
  }

  @Test(arguments: [
    (
      "style_loss: grams",
      "style_loss: found 'grams'; allowed is gram, covariance, mean_std, wasserstein, histogram"
    ),
    ("style_loss: [gram, histogram]", "style_loss: found a list; allowed is gram"),
    ("style_loss:", "style_loss: found nothing; allowed is gram"),
    ("content_loss: mean", "content_loss: found 'mean'; allowed is mse, sum, sqrt, normalised"),
    ("content_loss: 2", "content_loss: found '2'; allowed is mse, sum, sqrt, normalised"),
    ("layer_weights: {block1_conv1: 2}", "layer_weights: found a mapping; allowed is given, geometric"),
    ("gram_shift: one", "gram_shift: found 'one'; allowed is a number from -10000 to 10000"),
    ("gram_shift: 2e4", "gram_shift: found '2e4'; allowed is a number from -10000 to 10000"),
    ("tv_loss: L1", "tv_loss: found 'L1'; allowed is l2, l1"),
    ("tv_power: 0", "tv_power: found '0'; allowed is a number from 0.5 to 2"),
    ("tv_power: 2.5", "tv_power: found '2.5'; allowed is a number from 0.5 to 2"),
    ("normalize_gradients: l2", "normalize_gradients: found 'l2'; allowed is true or false"),
    ("normalise_gradients: true", "unknown key; did you mean normalize_gradients?"),
  ])
  func whatCannotBeIsTold(yaml: String, complaint: String) {
    #expect(complaints(yaml).contains(complaint), "\(complaints(yaml))")
  }

  @Test(arguments: ["covariance", "mean_std", "wasserstein", "histogram"])
  func onlyGramMatricesAreShifted(loss: String) {
    #expect(
      complaints("style_loss: \(loss)\ngram_shift: 2")
        == "cat.yaml:2: gram_shift: found '2'; allowed is 0, where style_loss is \(loss) and not gram")
    #expect(complaints("style_loss: \(loss)\ngram_shift: 0").isEmpty)
  }

  @Test func normalizedGradientsAreNotForLineSearches() {
    #expect(
      complaints("normalize_gradients: true")
        == "cat.yaml:1: normalize_gradients: found 'true'; allowed is false with optimizer: lbfgs, which needs the "
        + "gradient of the loss itself; or set optimizer: adam")
  }

  @Test func tasksRefuseLossesThatTheyDoNotHave() {
    #expect(complaints("task: content\nstyle_loss: gram\ngram_shift: 1").split(separator: "\n").count == 2)
    #expect(complaints("task: style\ncontent_loss: sum").contains("task style has no content; leave this key out"))
  }

  @Test func geometricWeightsHalveAndDoubleWithDepth() throws {
    let settings = try settings(
      """
      layer_weights: geometric
      style_layers: {block1_conv1: 1, block2_conv1: 0, block3_conv1: 3, block5_conv1: 3}
      content_layers: [block2_conv2, block4_conv2]
      """)
    #expect(
      settings.weightedStyleLayers.map { "\($0.layer) \($0.weight)" } == [
        "block1_conv1 4.0", "block3_conv1 2.0", "block5_conv1 1.0",
      ])
    let contents = settings.weightedContentLayers
    #expect(contents.map(\.layer) == [Layer(block: 2, convolution: 2), Layer(block: 4, convolution: 2)])
    #expect(abs(contents[0].weight - 2.0 / 3) < 1e-15 && abs(contents[1].weight - 4.0 / 3) < 1e-15)
  }

  @Test func givenWeightsStayAsTheyAre() throws {
    let settings = try settings("style_layers: {block1_conv1: 1, block2_conv1: 0}")
    #expect(settings.weightedStyleLayers == settings.styleLayers)
    #expect(settings.weightedContentLayers == settings.contentLayers)
  }
}
