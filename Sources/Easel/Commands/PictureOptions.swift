import ArgumentParser
import Files
import Glibc
import Images

/// How a command shows a picture, beside telling where it is.
struct PictureOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Show a small picture in the terminal, where it can (kitty, iTerm2, sixel).")
  var pictures = true
}

struct OpenOption: ParsableArguments {
  @Flag(help: "Open the picture in the desktop's program for pictures (xdg-open).")
  var open = false

  func show(_ picture: Path) {
    guard open else { return }
    do throws(ProgramFailure) {
      try Program("xdg-open").run(picture)
    } catch {
      StandardError.print("--open: \(error); the picture is \(picture)")
    }
  }
}

extension PictureOptions {
  /// What the terminal can show; nil where it cannot, is none, or nobody wants it.
  var terminal: TerminalPictures? { pictures ? .ofThisTerminal() : nil }

  func show(_ picture: Path) {
    guard let terminal else { return }
    terminal.show(picture)
  }
}

/// A program of the desktop.
private struct Program {
  let name: String

  init(_ name: String) { self.name = name }

  /// Runs it to its end; what it prints goes where ours does.
  func run(_ file: Path) throws(ProgramFailure) {
    var process = pid_t()
    let error = file.withCString { file in
      name.withCString { name in
        var arguments = [UnsafeMutablePointer(mutating: name), UnsafeMutablePointer(mutating: file), nil]
        return posix_spawnp(&process, name, nil, nil, &arguments, environ)
      }
    }
    guard error == 0 else {
      throw ProgramFailure(
        description: error == ENOENT
          ? "\(name) is missing (Debian: apt install xdg-utils)"
          : "\(name) cannot be started: \(String(cString: strerror(error)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw ProgramFailure(description: "\(name) knows no program to open it with") }
  }
}

private struct ProgramFailure: Error, CustomStringConvertible {
  let description: String
}
