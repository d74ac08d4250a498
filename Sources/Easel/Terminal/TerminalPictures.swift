import Files
import Foundation
import Images

/// Small pictures in the terminal itself, by the first of three protocols that it knows.
struct TerminalPictures {
  enum Way: Equatable {
    /// https://sw.kovidgoyal.net/kitty/graphics-protocol/
    case kitty
    /// https://iterm2.com/documentation-images.html
    case iTerm2
    /// The printers' language of DEC's VT340, in which a byte is six pixels above each other.
    case sixel
  }

  let way: Way

  /// In pixels: as high as some fifteen lines.
  static let longSide = 320

  /// Nil where standard input or output is no terminal, or where that knows no way.
  static func ofThisTerminal() -> TerminalPictures? {
    guard let answer = TerminalQuery.ask(Self.query, until: Self.isComplete) else { return nil }
    return way(in: answer).map(TerminalPictures.init)
  }

  /// Whether it knows kitty's protocol (a picture of one pixel, not to be shown), what it is called, and at last its attributes, which
  /// every terminal tells, so that nobody waits for what will not come.
  static let query = "\u{1b}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\" + "\u{1b}[>q" + "\u{1b}[c"

  private static func isComplete(_ answer: String) -> Bool { attributes(in: answer) != nil }

  /// Of `ESC [ ? 62 ; 4 c`: 62 and 4.
  private static func attributes(in answer: String) -> [Int]? {
    answer.firstMatch(of: /\u{1b}\[\?([0-9;]*)c/).map { $0.1.split(separator: ";").compactMap { Int($0) } }
  }

  static func way(in answer: String) -> Way? {
    if answer.contains("\u{1b}_Gi=31;OK") { return .kitty }
    if answer.contains(/\u{1b}P>\|(iTerm2|WezTerm)/) { return .iTerm2 }
    return attributes(in: answer)?.contains(4) == true ? .sixel : nil
  }

  /// Shows a picture file below what was printed; nothing where it cannot be read.
  func show(_ file: Path) {
    guard let image = try? ImageDecoder.decode(path: file).image, let bytes = try? bytes(of: image) else { return }
    fflush(nil)
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(STDOUT_FILENO, bytes.baseAddress! + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        written += count
      }
    }
  }

  /// What the terminal is sent, with a new line behind it.
  func bytes(of image: RGBImage) throws -> [UInt8] {
    let small = image.shrunk(longSide: Self.longSide)
    let text =
      switch way {
      case .kitty: Self.kitty(png: try PNGEncoder.encode(small))
      case .iTerm2: Self.iTerm2(png: try PNGEncoder.encode(small))
      case .sixel: SixelPicture(small).text
      }
    return Array((text + "\n").utf8)
  }

  /// What pictures were shown are taken away; text stays.
  var clearing: String { way == .kitty ? "\u{1b}_Ga=d,q=2\u{1b}\\" : "" }

  /// In pieces of 4096 letters, all but the last with m=1; q=2 asks for no answer.
  private static func kitty(png: [UInt8]) -> String {
    let letters = Array(Data(png).base64EncodedString().utf8)
    let starts = Array(stride(from: 0, to: letters.count, by: 4096))
    return starts.map { start in
      let keys = (start == 0 ? "a=T,f=100,q=2," : "") + "m=\(start == starts.last ? 0 : 1)"
      let piece = String(decoding: letters[start..<min(start + 4096, letters.count)], as: UTF8.self)
      return "\u{1b}_G\(keys);\(piece)\u{1b}\\"
    }.joined()
  }

  private static func iTerm2(png: [UInt8]) -> String {
    "\u{1b}]1337;File=inline=1;size=\(png.count):\(Data(png).base64EncodedString())\u{7}"
  }
}
