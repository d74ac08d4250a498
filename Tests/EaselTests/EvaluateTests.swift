import Foundation
import Testing

/// What settings make of the loss of one and the same picture, by the built program.
@Suite(.serialized) struct EvaluateTests {
  private struct Evaluation: Decodable {
    struct Part: Decodable {
      var kind: String
      var layer: String?
      var weight: Double
      var loss: Double
      var unweighted: Double?
    }

    var loss: Double
    var contentLoss: String?
    var styleLoss: String?
    var losses: [Part]

    var content: Part { losses.first { $0.kind == "content" }! }
    var styles: [Part] { losses.filter { $0.kind == "style" } }
    var variation: Part? { losses.first { $0.kind == "total variation" } }
  }

  private let folder: TemporaryFolder

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  init() throws {
    folder = try TemporaryFolder()
    for (seed, name) in ["photo", "painting", "result"].enumerated() {
      try folder.write(try SmallPictures.png(seed: seed), to: "\(name).png")
    }
  }

  private func run(_ settings: [String], json: Bool = true) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(
      ["evaluate", "photo.png", "painting.png", "result.png"] + (json ? ["--json"] : [])
        + (["preset=lesson-transfer", "size=48"] + settings).flatMap { ["--set", $0] }, in: folder.path)
  }

  private func evaluate(_ settings: String...) async throws -> Evaluation {
    let run = try await run(settings)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try Self.decoder.decode(Evaluation.self, from: Data(run.output.utf8))
  }

  @Test func everyLossOfEveryLayerIsARow() async throws {
    let plain = try await evaluate("tv_weight=2")
    #expect(plain.losses.map(\.kind) == ["content"] + [String](repeating: "style", count: 5) + ["total variation"])
    #expect(plain.losses.map(\.layer) == ["block4_conv2"] + (1...5).map { "block\($0)_conv2" } + [nil])
    #expect(plain.losses.map(\.weight) == [0.1, 0.05, 0.2, 0.2, 0.25, 0.3, 2])
    for part in plain.losses {
      let unweighted = try #require(part.unweighted)
      #expect(abs(part.loss / (part.weight * unweighted) - 1) < 1e-12)
    }
    #expect(abs(plain.losses.reduce(0) { $0 + $1.loss } / plain.loss - 1) < 1e-12)
    #expect(plain.contentLoss == "mse" && plain.styleLoss == "gram")
  }

  @Test func peopleReadATable() async throws {
    let text = try await run(["style_loss=mean_std"], json: false).output
    let lines = text.split(separator: "\n")
    #expect(lines.count == 8)
    #expect(lines[0].split(separator: " ") == ["loss", "layer", "unweighted", "weight", "weighted"])
    #expect(lines[1].hasPrefix("content  block4_conv2  "))
    #expect(lines[7].hasPrefix("all "))
    #expect(Set(lines.map(\.count)).count == 1, "columns end together")
  }

  @Test func styleLossesCompareDifferentThings() async throws {
    let gram = try await evaluate("style_loss=gram")
    var seen = [gram.styles.map(\.loss)]
    for name in ["covariance", "mean_std", "wasserstein", "histogram"] {
      let other = try await evaluate("style_loss=\(name)")
      #expect(other.styleLoss == name)
      #expect(other.content.loss == gram.content.loss)
      let losses = other.styles.map(\.loss)
      #expect(losses.count == 5 && losses.allSatisfy { $0 > 0 && $0.isFinite }, "\(name): \(losses)")
      #expect(!seen.contains(losses))
      seen.append(losses)
    }
  }

  /// Two normal distributions are at least as far apart as their means and standard deviations (Gelbrich, 1990).
  @Test func distancesOfDistributionsAreInOrder() async throws {
    let means = try await evaluate("style_loss=mean_std")
    let wasserstein = try await evaluate("style_loss=wasserstein")
    for (one, all) in zip(means.styles, wasserstein.styles) {
      #expect(try #require(all.unweighted) > 0.99 * (try #require(one.unweighted)), "\(one.layer ?? "")")
    }
  }

  /// 512 channels of 6x5 pixels at block4.
  @Test func contentLossesDifferByTheirDivisors() async throws {
    let count = 512.0 * 6 * 5
    let mean = try await evaluate().content.loss
    #expect(abs(try await evaluate("content_loss=sum").content.loss / (mean * count / 2) - 1) < 1e-6)
    #expect(
      abs(try await evaluate("content_loss=sqrt").content.loss / (mean * count.squareRoot() / 2) - 1) < 1e-6)
    let normalised = try await evaluate("content_loss=normalised").content.loss
    // The mean square over the mean size of the differences is at least that size, and so at least its root.
    #expect(normalised > mean.squareRoot() * 0.1.squareRoot())
  }

  @Test func shiftsChangeGramMatrices() async throws {
    let plain = try await evaluate()
    let shifted = try await evaluate("gram_shift=100")
    #expect(zip(plain.styles, shifted.styles).allSatisfy { $0.loss != $1.loss })
    #expect(plain.content.loss == shifted.content.loss)
  }

  @Test func geometricWeightsAreThoseOfTheRows() async throws {
    let geometric = try await evaluate("layer_weights=geometric")
    for (part, factor) in zip(geometric.styles, [16.0, 8, 4, 2, 1]) {
      #expect(abs(part.weight / (factor / 31) - 1) < 1e-12)
    }
    #expect(geometric.content.weight == 0.1)
  }

  @Test func variationIsMeasuredAsTheSettingsSay() async throws {
    func variation(_ settings: String...) async throws -> Double {
      let run = try await run(["tv_weight=1"] + settings)
      let evaluation = try Self.decoder.decode(Evaluation.self, from: Data(run.output.utf8))
      return try #require(evaluation.variation).loss
    }
    let squares = try await variation()
    let powers = try await variation("tv_power=1.25")
    let absolute = try await variation("tv_loss=l1")
    // Means of powers rise with the exponent; sums of two absolute values are at most √2 times the root of their squares' sum.
    #expect(powers > pow(squares, 1.25) && powers < 10 * pow(squares, 1.25))
    #expect(absolute < (2 * squares).squareRoot() && absolute > 0.2 * squares.squareRoot())
  }

  /// The report of a picture that was painted with these settings, in three evaluations.
  private func painted(_ name: String, _ settings: String...) async throws -> [String: Any] {
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.png", "-o", name]
        + (["preset=lesson-transfer", "size=48", "iterations=1", "evaluations_per_iteration=3", "gif=false"] + settings)
        .flatMap { ["--set", $0] }, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/photo/report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// What losses need beside their targets is in the plan: for 64, 128, 256, 512 and 512 channels.
  @Test func memoryOfLossesIsPlanned() async throws {
    func planned(_ loss: String) async throws -> Double {
      let engine = try #require(try await painted(loss, "style_loss=\(loss)")["engine"] as? [String: Any])
      return try #require(engine["plannedMemoryBytes"] as? Double)
    }
    let matrices = try await planned("wasserstein") - planned("covariance")
    let channels = [64, 128, 256, 512, 512]
    let matrixBytes = channels.reduce(0) { $0 + 8 * $1 * $1 }
    #expect(matrices >= Double(8 * matrixBytes))
    let features = try await planned("histogram") - planned("mean_std")
    let pixels = [48 * 40, 24 * 20, 12 * 10, 6 * 5, 3 * 2]
    let featureBytes = zip(channels, pixels).reduce(0) { $0 + 4 * $1.0 * $1.1 }
    #expect(features >= Double(featureBytes))
  }

  @Test func normalizedGradientsPaintAnotherPicture() async throws {
    var reports: [[String: Double]] = []
    for wanted in ["false", "true"] {
      let report = try await painted(wanted, "optimizer=adam", "normalize_gradients=\(wanted)")
      reports.append(try #require(report["gradientNorms"] as? [String: Double]))
    }
    // Each style's gradient has the norm of its weight; where features are zero, there is none of it.
    for (layer, weight) in ["block1_conv2": 0.05, "block2_conv2": 0.2, "block3_conv2": 0.2, "block5_conv2": 0.3] {
      let norm = try #require(reports[1][layer])
      #expect(norm <= weight * 1.001 && norm > 0, "\(layer): \(norm)")
      #expect(norm != reports[0][layer])
    }
  }
}
