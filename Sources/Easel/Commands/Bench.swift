import Files
import ArgumentParser
import Jobs
import Kernels
import Painter

/// How fast this machine is.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure seconds per evaluation, GFLOP/s and memory on this machine.",
    discussion: """
      An evaluation is the loss of the default task with its gradient. Effective GFLOP/s count the operations that direct \
      convolutions would take, so they can be above the processor's peak.
      """)

  @Option(help: "Side of the square picture, in pixels.") var size = 512
  @Option(help: "Width, in place of --size.") var width: Int?
  @Option(help: "Height, in place of --size.") var height: Int?
  @Option(help: "Evaluations to time.") var repeats = 5
  @Option(help: "Threads to compute with (default: one per usable processor).") var threads: Int?
  @Option(help: "Kernels to measure: avx512, avx2 or portable (default: the best that the processor has).")
  var instructionSet: String?
  @Option(help: "Most memory to use, as 2G: what doesn't fit is computed again.") var memory: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    for (option, value) in [("--size", size), ("--width", width ?? size), ("--height", height ?? size)]
    where value < 16 || value > 16384 {
      throw ValidationError("\(option): expected 16 to 16384 pixels, found \(value)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if let memory, ByteSize(memory).map({ $0.bytes < 64 << 20 }) ?? true {
      throw ValidationError("--memory: expected a size of 64M or more, as 512M or 2G, found \(memory)")
    }
    do throws(InstructionSetError) {
      _ = try chosenSet
    } catch {
      throw ValidationError(instructionSet == nil ? "\(error)" : "--instruction-set: \(error.complaint)")
    }
    if repeats < 1 { throw ValidationError("--repeats: expected at least 1, found \(repeats)") }
  }

  private var chosenSet: InstructionSet {
    get throws(InstructionSetError) {
      guard let instructionSet else { return try .chosen() }
      return try .chosen(instructionSet)
    }
  }

  func run() throws {
    let result = try EngineBenchmark(
      width: width ?? size, height: height ?? size, repeats: repeats, threads: threads,
      memoryLimit: memory.flatMap(ByteSize.init)?.bytes, instructionSet: chosenSet
    ).run()
    print(try json ? result.json : result.text)
  }
}
