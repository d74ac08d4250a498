import ArgumentParser
import Files
import Images
import Jobs
import Service
import Status
import StyleLibrary

/// The library of styles, for people.
struct StylesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "styles", abstract: "List the remembered styles; add, rename or remove one.",
    discussion: """
      Every painting that was painted in is kept under a name. `style: NAME` in a settings file, or NAME in place of the \
      painting for `easel paint`, paints in it again.
      """,
    subcommands: [List.self, Add.self, Rename.self, Remove.self], defaultSubcommand: List.self)

  /// Where the library is.
  struct Place: ParsableArguments {
    @Option(
      help: "The folder of the remembered styles (default: what the configuration says, or ./styles).",
      completion: .directory)
    var styles: Path?

    @Option(
      help: "A YAML file with the daemon's settings, such as /etc/easel/easel.yaml.", completion: .settingsFiles)
    var config: Path?

    private var configuration: DaemonConfiguration {
      get throws { try DaemonConfiguration(styles: styles, settingsFile: config) }
    }

    var library: StyleLibrary {
      get throws { try configuration.styleLibrary }
    }

    /// Changes a style, or has the daemon of the configuration do it where this user may not.
    func carryOut(_ wish: Wish) async throws -> String {
      let configuration = try configuration
      let library = configuration.styleLibrary
      guard styles == nil else { return try library.carryOut(wish) }
      return try await Errand(outbox: configuration.outbox).carryOut(wish, writing: [library.path]) {
        try library.carryOut(wish)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the styles, with sizes, dates and uses.")
    @OptionGroup var place: Place
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let library = try place.library
      let (styles, problems) = try library.list()
      let lines = styles.map(StyleListing.init)
      print(try json ? StyleListing.json(lines) : StyleListing.table(lines, in: library))
      for problem in problems { StandardError.print(problem) }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remember a picture as a style, before it is used.")
    @Argument(help: "The picture.", completion: .pictures) var file: Path
    @Option(help: "The style's name (default: the file's, without its ending).") var name: String?
    @OptionGroup var place: Place

    func run() throws {
      let wanted = try name.map(StyleName.init(asked:)) ?? StyleName(ofFile: file.lastName, otherwise: "style")
      let (style, isNew) = try place.library.add(ImageFile.meant(by: file), as: wanted, isUse: false)
      guard isNew else {
        return print("\(file) is remembered already, as \(style.name); `easel styles rename` gives it another name")
      }
      let note = style.name == wanted ? "" : ", since another picture is called \(wanted)"
      print("\(file) is remembered as \(style.name)\(note); paint in it with `style: \(style.name)`")
    }
  }

  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give a style another name.")
    @Argument(help: "The style's name.", completion: .styles) var old: String
    @Argument(help: "Its new name.") var new: String
    @OptionGroup var place: Place

    func run() async throws { print(try await place.carryOut(Wish(.renameStyle, old, newName: new))) }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forget a style, and delete its picture in the library. Jobs that were taken already keep their copy.")
    @Argument(help: "The style's name.", completion: .styles) var name: String
    @OptionGroup var place: Place

    func run() async throws { print(try await place.carryOut(Wish(.removeStyle, name))) }
  }
}
