import Foundation
import Testing

import Jobs

@Suite struct SettingsYAMLTests {
  static let examples = [
    "task: transfer", "task: content", "task: style",
    "{content: 'a: b #c.jpg', style: 'true', size: 1000, style_scale: 0.37, scales: [100, 400], seed: 4294967295}",
    "{gif: false, output: jpeg, jpeg_quality: 55, threads: 3, memory: 1536M, priority: -4, preview: true, force: true}",
    "{style: \"été 🎨 'x' \\\"y\\\".jpg\", optimizer: adam, learning_rate: 1e-05, tolerance: 0.001, init: content}",
    "{memory: 100000001, tv_weight: 1e-7, style_weight: 123456789.125, gif: {width: 99, hold_ms: 20}, scales: auto}",
    "{content: \"\(String(repeating: "x", count: 200)) \(String(repeating: "y", count: 50)).jpg\"}",
  ]

  @Test(arguments: examples)
  func writtenSettingsReadBackEqual(yaml: String) throws {
    let first = try settings(yaml)
    #expect(try settings(first.yaml) == first, "\(first.yaml)")
  }

  @Test(arguments: examples)
  func settingsGoThroughJSONUnchanged(yaml: String) throws {
    let first = try settings(yaml)
    let json = try JSONEncoder().encode(first)
    #expect(try JSONDecoder().decode(Settings.self, from: json) == first)
  }

  @Test func writtenSettingsNameEveryKeyInOrder() {
    let keys = Settings(task: .transfer).document.entries.map(\.key)
    let names = ["content", "style", "style_weights", "content_mask", "color_mask"]
    #expect(keys == Settings.CodingKeys.allCases.map(\.rawValue).filter { !names.contains($0) })
  }

  @Test func writtenSettingsArePlainYAML() {
    #expect(
      Settings(task: .style).yaml == """
        task: style
        blend: grams
        styles: mixed
        damaged: refuse
        background: white
        network: vgg16
        pooling: average
        padding: zero
        style_layers:
          block1_conv1: 1
          block2_conv1: 1
        balance: false
        layer_weights: given
        style_weight: 1
        style_loss: gram
        gram_shift: 0
        tv_weight: 0
        tv_loss: l2
        tv_power: 1
        normalize_gradients: false
        size: 512
        style_scale: 1
        style_scales: [1]
        scales: none
        ladder_style: late
        init: noise
        init_blend: 0
        seed: 0
        optimizer: lbfgs
        history_size: 10
        pyramid_levels: 0
        learning_rate: 10
        average: 0
        adam_warm_start: false
        iterations: 10
        initial_iterations: none
        large_iterations: none
        evaluations_per_iteration: 20
        tolerance: 0
        time_limit: none
        despeckle: false
        gif:
          width: 400
          delay_ms: 200
          hold_ms: 2000
          every: 1
          bounce: false
        animation: gif
        frames: false
        side_by_side: false
        output: png
        jpeg_quality: 92
        webp_quality: lossless
        output_depth: 8
        output_profile: srgb
        metadata: strip
        threads: auto
        memory: none
        priority: 0
        preview: auto
        force: false

        """)
  }
}
