internal import Files
internal import HummingbirdCore
internal import Jobs
internal import Pages
internal import StyleLibrary

// Remembered styles.
extension Site {
  func styles(_ request: PageRequest) async throws -> Response {
    let (styles, problems) = try library.list()
    let view: [String: Any] = [
      "count": styles.count, "hasStyles": !styles.isEmpty, "problems": problems, "styles": styles.map(Self.view),
    ]
    return .html(await frame("Styles", .styles).render(.styles, view))
  }

  private static func view(_ style: RememberedStyle) -> [String: Any] {
    let record = style.record
    let address = "/styles/\(Address.of(FileName(style.name.text)))"
    var view: [String: Any] = [
      "name": style.name.text, "key": String(style.original.identity.inode, radix: 36), "address": address,
      "thumbnail": thumbnail(style),
      "uses": record.uses == 0 ? "not used yet" : record.uses == 1 ? "used once" : "used \(record.uses) times",
      "size": "\(record.width)×\(record.height)", "paint": "/new?style=\(Address.of(FileName(style.name.text)))",
    ]
    view["lastUsed"] = record.lastUsed.map { Stamp($0) }
    return view
  }

  static func thumbnail(_ style: RememberedStyle) -> String {
    let identity = style.original.identity
    return
      "/styles/\(Address.of(FileName(style.name.text)))/thumbnail?v=\(String(identity.inode ^ UInt64(bitPattern: identity.modified), radix: 36))"
  }

  func styleThumbnail(_ name: FileName, _ request: PageRequest) async throws -> Response {
    // Looked up among the styles that there are.
    guard let style = try library.names().first(where: { FileName($0.text) == name }) else { throw Refusal.notThere }
    guard let original = try? library.original(of: style) else { throw Refusal.notThere }
    let file = try OpenFolder(configuration.styles).folder(name).file(original.fileName)
    return try await thumbnail(of: ServedFile(file, named: original.fileName), request)
  }
}
