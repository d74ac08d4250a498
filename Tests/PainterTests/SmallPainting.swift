import Cache
import Files
import Foundation
import Images
import Jobs
import Painter
import StyleLibrary
import TestSupport

/// A folder with a photo and a painting, and what is painted of them there.
struct SmallPainting {
  let folder: TemporaryFolder
  var content: Path { Path("\(folder.path)/photo.png") }
  var style: Path { Path("\(folder.path)/painting.png") }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.png(seed: 1), to: "photo.png")
    try folder.write(Self.png(seed: 2), to: "painting.png")
  }

  /// Of smooth colours; other seeds give other pictures.
  static func png(seed: Int, width: Int = 60, height: Int = 50) throws -> [UInt8] {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
        let phase = Double(seed)
        for wave in [sin(7 * u + phase), cos(9 * v - phase), sin(5 * (u + v) + 2 * phase)] {
          pixels.append(UInt8(128 + 100 * wave))
        }
      }
    }
    return try PNGEncoder.encode(RGBImage(width: width, height: height, pixels: pixels))
  }

  /// Counts evaluations: a clock that goes by them.
  final class Counter {
    var evaluations = 0
    /// The evaluation after so many stops the painting, once.
    var stopsAt: Int?

    init(stopsAt: Int? = nil) { self.stopsAt = stopsAt }

    func hear(_ phase: JobPhase) throws {
      guard case .painting = phase else { return }
      if evaluations == stopsAt {
        stopsAt = nil
        throw Interruption()
      }
      evaluations += 1
    }
  }

  /// What was written.
  struct Files: Equatable {
    /// The picture, and the animation where there is one.
    var pictures: [String: Data]
    var report: Report

    struct Report: Decodable, Equatable {
      struct Iteration: Decodable, Equatable {
        struct Loss: Decodable, Equatable {
          var kind: String
          var layer: String?
          var loss: Double
        }
        var size: Int
        var iteration: Int
        var evaluations: Int
        var loss: Double
        var losses: [Loss]?
      }
      struct Reused: Decodable, Equatable {
        var kind: String
        var evaluations: Int
      }
      var stopReason: String
      var evaluations: Int
      var loss: Double
      var iterations: [Iteration]
      var reused: Reused?
    }
  }

  /// Paints, and goes on when the counter has stopped it.
  ///
  /// - Parameters:
  ///   - cache: the name of its folder.
  ///   - counter: hears of evaluations, and is the clock of a time limit.
  ///   - goesOn: whether a stopped painting does.
  func paint(
    _ settings: Settings, to output: String, cache: String, _ counter: Counter = Counter(), goesOn: Bool = true
  ) throws -> Files {
    var painting = DirectPainting(
      NamedPictures(content: content, styles: [style]), settings: settings, output: Path(folder.path(output)),
      cache: CacheFolder(directory: Path(folder.path(cache)), budgetBytes: 1 << 30),
      library: StyleLibrary(Path(folder.path("styles"))))
    painting.remembersStyles = false
    painting.now = { Double(counter.evaluations) }
    do {
      _ = try painting.run { try counter.hear($0) }
    } catch let interruption as Interruption {
      guard goesOn else { throw interruption }
      _ = try painting.run { try counter.hear($0) }
    }
    let result = URL(filePath: folder.path("\(output)/photo"))
    let names = try FileManager.default.subpathsOfDirectory(atPath: result.path)
    let pictures = try names.filter { !["report.json", "report.html", "settings.yaml", "frames"].contains($0) }.map {
      ($0, try Data(contentsOf: result.appending(path: $0)))
    }
    let report = try Data(contentsOf: result.appending(path: "report.json"))
    return Files(
      pictures: Dictionary(uniqueKeysWithValues: pictures),
      report: try JSONDecoder().decode(Files.Report.self, from: report))
  }
}

func settings(_ yaml: String) throws -> Settings {
  let quick = try SettingsDocument(parsing: SecondValue.quick.utf8, source: "quick")
  return try Settings(validating: quick.overlaid(by: SettingsDocument(parsing: yaml.utf8, source: "test")))
}
