internal import Files
internal import HummingbirdCore
internal import Jobs
internal import Pages
internal import Status
internal import StyleLibrary

// What can be asked for: the same calls as those of the command line.
extension Site {
  func ask(_ action: String, ofJob id: FileName, _ request: PageRequest) async throws -> Response {
    let form = try await request.form()
    guard let action = Wish.Action(rawValue: action), [.hold, .release, .retry, .cancel, .priority].contains(action),
      let id = id.text
    else { throw Refusal.notThere }
    var wish = Wish(action, id)
    if action == .priority {
      guard let priority = form["priority"].flatMap({ Int($0) }) else {
        throw Refusal(.unprocessableContent, "A priority is a whole number from -100 to 100.")
      }
      wish.priority = priority
    }
    return await done(try await carryOut(wish), request, back: "/")
  }

  /// - Parameter name: of a folder in the outbox.
  func retry(_ name: FileName, _ request: PageRequest) async throws -> Response {
    _ = try await request.form()
    guard let entry = index.entry(name), entry.isFailed, let text = name.text else { throw Refusal.notThere }
    return await done(try await carryOut(Wish(.retry, text)), request, back: "/")
  }

  private func carryOut(_ wish: Wish) async throws -> String {
    logger.info("asked to \(wish.action.rawValue) \(wish.name)")
    let configuration = configuration
    return try await JobControl.carryOut(wish, in: configuration.outbox) {
      try JobControl(outbox: configuration.outbox, inbox: configuration.inbox)
    }
  }

  func ask(_ action: String, ofStyle name: FileName, _ request: PageRequest) async throws -> Response {
    let form = try await request.form()
    guard let name = name.text else { throw Refusal.notThere }
    let wish: Wish
    switch action {
    case "rename": wish = Wish(.renameStyle, name, newName: (form["name"] ?? "").trimmingSpaces)
    case "remove": wish = Wish(.removeStyle, name)
    default: throw Refusal.notThere
    }
    logger.info("asked to \(wish.action.rawValue) \(name)")
    let library = library
    let words = try await Errand(outbox: configuration.outbox).carryOut(wish, writing: [library.path]) {
      try library.carryOut(wish)
    }
    return await done(words, request, back: "/styles")
  }

  /// Says what was done: to a script in words, to others by the page on which it is to be seen.
  func done(_ words: String, _ request: PageRequest, back: String) async -> Response {
    request.isScripted ? .json(["words": .text(words)]) : .seeOther(back)
  }
}
