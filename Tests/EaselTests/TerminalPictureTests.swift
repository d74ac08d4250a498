import Foundation
import Images
import Testing

/// Pictures in the terminal: asked for by a query, never when piped.
@Suite struct TerminalPictureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, seed) in [("cat.content.png", 1), ("cat.style.png", 2)] {
      try SmallPictures.png(seed: seed).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
  }

  private static let quick = [
    "paint", "cat.content.png", "cat.style.png", "--no-remember", "--set", "size=48", "--set", "iterations=1", "--set",
    "evaluations_per_iteration=1",
  ]
  private static let attributes = "\u{1b}[?62;22c"

  private func paint(_ answers: String, _ more: String...) throws -> String {
    let program = try TerminalProgram(Self.quick + more, in: folder.path, answers: answers)
    #expect(program.exitCode == 0, "\(program.output)")
    return program.output
  }

  @Test func kittyGetsAPNGFile() throws {
    let output = try paint("\u{1b}_Gi=31;OK\u{1b}\\" + Self.attributes)
    let match = try #require(output.firstMatch(of: /\u{1b}_Ga=T,f=100,q=2,m=[01];([A-Za-z0-9+\/=]*)\u{1b}\\/))
    let pieces = output.matches(of: /\u{1b}_G(?:a=T,f=100,q=2,)?m=[01];([A-Za-z0-9+\/=]*)\u{1b}\\/).map { String($0.1) }
    #expect(pieces.first == String(match.1) && pieces.allSatisfy { $0.count <= 4096 })
    let bytes = try #require(Data(base64Encoded: pieces.joined()))
    let image = try ImageDecoder.decode(Array(bytes)).image
    #expect(max(image.width, image.height) == 48)
  }

  @Test func iTerm2GetsAFileInline() throws {
    let output = try paint("\u{1b}P>|iTerm2 3.5.0\u{1b}\\" + Self.attributes)
    let match = try #require(output.firstMatch(of: /\u{1b}\]1337;File=inline=1;size=([0-9]+):([A-Za-z0-9+\/=]*)\u{7}/))
    #expect(Data(base64Encoded: String(match.2))?.count == Int(match.1))
  }

  @Test func aTerminalWithSixelsGetsThem() throws {
    let output = try paint("\u{1b}[?62;4;22c")
    #expect(output.contains(/\u{1b}P0;1q"1;1;48;[0-9]+#0;2;/))
    #expect(!output.contains("\u{1b}_Ga=T"))
  }

  @Test func otherTerminalsGetText() throws {
    let output = try paint(Self.attributes)
    #expect(output.contains("cat.png: loss "))
    #expect(!output.contains("\u{1b}P") && !output.contains("1337"))
  }

  @Test func whoWantsNoPicturesIsNotAsked() throws {
    let output = try paint("\u{1b}_Gi=31;OK\u{1b}\\" + Self.attributes, "--no-pictures")
    #expect(output.contains("cat.png: loss ") && !output.contains("\u{1b}[c") && !output.contains("\u{1b}_G"))
  }

  @Test func pipesGetNothingButText() async throws {
    let run = try await RunningProgram.run(Self.quick, in: folder.path, environment: ["TERM": "xterm-kitty"])
    #expect(run.exitCode == 0 && !run.output.contains("\u{1b}") && !run.errors.contains("\u{1b}"))
  }

  @Test func sixelsAreThePicture() throws {
    // 3 colours in 5 x 8 pixels: two bands, of which the second has two rows.
    let colours: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    let pixels = (0..<40).flatMap { colours[($0 % 5 + $0 / 5) % 3] }
    let picture = RGBImage(width: 5, height: 8, pixels: pixels)
    let drawn = try Self.draw(SixelPicture(picture).text, width: 5, height: 8)
    #expect(drawn == pixels)
  }

  @Test func longRunsAreCounted() throws {
    let picture = RGBImage(width: 100, height: 6, pixels: [UInt8](repeating: 0, count: 1800))
    #expect(SixelPicture(picture).text.hasSuffix("#0!100~\u{1b}\\"))
  }

  /// A slow terminal: reads sixels as the VT340's manual has them.
  private static func draw(_ text: String, width: Int, height: Int) throws -> [UInt8] {
    let body = try #require(text.firstMatch(of: /^\u{1b}P0;1q"1;1;[0-9]+;[0-9]+(.*)\u{1b}\\$/)).1
    var pixels = [UInt8](repeating: 1, count: width * height * 3)
    var palette: [Int: [UInt8]] = [:]
    var (colour, x, top) = (0, 0, 0)
    for token in body.matches(of: /#([0-9]+);2;([0-9]+);([0-9]+);([0-9]+)|#([0-9]+)|!([0-9]+)(.)|[$]|-|[?-~]/) {
      func put(_ letter: Character, _ count: Int) {
        let bits = Int(letter.asciiValue! - 63)
        for _ in 0..<count {
          for row in 0..<6 where bits >> row & 1 == 1 {
            for channel in 0..<3 { pixels[((top + row) * width + x) * 3 + channel] = palette[colour]![channel] }
          }
          x += 1
        }
      }
      if let number = token.1 {
        palette[Int(number)!] = [token.2!, token.3!, token.4!].map { UInt8(Int($0)! * 255 / 100) }
      } else if let number = token.5 {
        colour = Int(number)!
      } else if let count = token.6 {
        put(token.7!.first!, Int(count)!)
      } else if token.0 == "$" {
        x = 0
      } else if token.0 == "-" {
        (x, top) = (0, top + 6)
      } else {
        put(token.0.first!, 1)
      }
    }
    return pixels
  }
}
