import Page
import Testing

/// Forms with files, as browsers send them.
struct MultipartParserTests {
  private static let form = """
    preamble\r
    --xyz\r
    Content-Disposition: form-data; name="name"\r
    \r
    cat \u{1F408}\r
    --xyz\r
    content-disposition: form-data; name="photo"; filename="a%22b; name=\\"c\\".jpg"\r
    Content-Type: image/jpeg\r
    \r
    one\r
    --xy\r
    --xyw\r\r
    --xyz\r
    Content-Disposition: form-data; name="painting"; filename=""\r
    \r
    \r
    --xyz--\r
    epilogue
    """

  private static let type = "multipart/form-data; boundary=xyz"

  /// The parts, each whole.
  private func parts(_ bytes: [UInt8], pieces: Int) throws -> [String] {
    var parser = try #require(MultipartParser(contentType: Self.type))
    var parts: [String] = []
    var data: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      for event in try parser.feed(bytes[start..<min(start + pieces, bytes.count)]) {
        switch event {
        case .part(let name, let file):
          parts.append(name + (file.map { " <\($0)>" } ?? ""))
          data = []
        case .data(let more): data += more
        case .endOfPart: parts[parts.count - 1] += ": " + String(decoding: data, as: UTF8.self)
        case .end: parts.append("end")
        }
      }
    }
    #expect(parser.isComplete)
    return parts
  }

  @Test(arguments: [1, 2, 3, 5, 7, 16, 61, 1000])
  func piecesOfAnySizeGiveTheSameParts(pieces: Int) throws {
    #expect(
      try parts(Array(Self.form.utf8), pieces: pieces) == [
        "name: cat \u{1F408}", "photo <a\"b; name=\"c\".jpg>: one\r\n--xy\r\n--xyw\r", "painting <>: ", "end",
      ])
  }

  /// What looks like the beginning of a boundary, at every place of random bytes.
  @Test func dataAreAsTheyWere() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let length = Int.random(in: 0...300, using: &generator)
      let data = (0..<length).map { _ in "\r\n-xyz!".utf8.randomElement(using: &generator)! }
      guard !String(decoding: data, as: UTF8.self).contains("--xyz") else { continue }
      let head = Array("--xyz\r\nContent-Disposition: form-data; name=\"d\"\r\n\r\n".utf8)
      let found = try parts(
        head + data + Array("\r\n--xyz--\r\n".utf8), pieces: Int.random(in: 1...40, using: &generator))
      #expect(found == ["d: " + String(decoding: data, as: UTF8.self), "end"])
    }
  }

  @Test func whatIsCutOffIsNotComplete() throws {
    let bytes = Array(Self.form.utf8)
    for end in stride(from: 0, to: bytes.count - 12, by: 7) {
      var parser = try #require(MultipartParser(contentType: Self.type))
      _ = try parser.feed(bytes[..<end])
      #expect(!parser.isComplete)
    }
  }

  @Test func whatIsNoFormIsRefused() throws {
    for type in ["text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"] {
      #expect(MultipartParser(contentType: type) == nil, "\(type)")
    }
    #expect(MultipartParser(contentType: "Multipart/Form-Data; charset=utf-8; boundary=\"x\"") != nil)
    func refusal(_ text: String) throws -> String? {
      var parser = try #require(MultipartParser(contentType: Self.type))
      do {
        _ = try parser.feed(text.utf8)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(try refusal("--xyz\r\nContent-Type: text/plain\r\n\r\n") == "a part has no name")
    #expect(try refusal("--xyz and more\r\n") == "something stands behind a boundary")
    #expect(try refusal("--xyz\r\n" + String(repeating: "x", count: 9000)) == "a part's head is too long")
  }
}
