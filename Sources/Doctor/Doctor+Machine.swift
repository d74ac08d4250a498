internal import CDoctor
internal import Files
internal import Foundation
internal import Kernels
internal import Networks
internal import NeuralNetwork
internal import Service

// Disk, memory, processor, weights, clock.
extension Doctor {
  /// A picture of 512 pixels takes some 350 MB, and a worker some more.
  private static let leastMemoryBytes = 600 << 20
  private static let comfortableMemoryBytes = 1500 << 20
  private static let comfortableFreeBytes = 2 << 30
  private static let fewFiles = 10_000

  var diskFindings: [Finding] {
    [("outbox", configuration.outbox), ("cache", configuration.cache)].compactMap { name, path in
      (try? FileSystem.freeSpace(path)).map { diskFinding(name, path, $0) }
    }
  }

  private func diskFinding(_ name: String, _ path: Path, _ free: (bytes: Int, files: Int?)) -> Finding {
    let least = configuration.settings.minFreeBytes
    let words = "\(ByteSize(bytes: free.bytes).words) are free for the \(name)"
    if free.bytes < least {
      return .wrong(
        "disk", "\(words), less than min_free_space (\(ByteSize(bytes: least).words)): no job is started",
        advice: "make room on the file system of \(path): easel cache prune --to 500M, or delete old results")
    }
    if let files = free.files, files < Self.fewFiles {
      return .wrong(
        "disk", "only \(files) more files can be made on the file system of \(path)",
        advice: "delete files there, or make the file system anew with more inodes")
    }
    return free.bytes < Self.comfortableFreeBytes
      ? .note("disk", words, advice: "keep 2 GiB free: a job of 4K takes some hundred megabytes while it runs")
      : .ok("disk", words)
  }

  var machineFindings: [Finding] { [memoryFinding, processorFinding].compactMap(\.self) }

  private var memoryFinding: Finding? {
    guard let text = try? FileSystem.contents("/proc/meminfo"),
      let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first(where: {
        $0.hasPrefix("MemAvailable:")
      }), let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    let bytes = kilobytes << 10
    let words = "\(ByteSize(bytes: bytes).words) are available"
    if bytes < Self.leastMemoryBytes {
      return .wrong(
        "memory", "\(words), too little for a picture of 512 pixels",
        advice: "memory: 400M in the configuration has more computed again; or paint smaller, or end other programs")
    }
    return bytes < Self.comfortableMemoryBytes
      ? .note("memory", words, advice: "enough for 512 pixels; for large pictures set memory: in the configuration")
      : .ok("memory", words)
  }

  private var processorFinding: Finding {
    let processors = "\(UsableProcessors.count) processors"
    do {
      let set = try InstructionSet.chosen()
      guard set == .portable else { return .ok("processor", "\(processors), \(set.rawValue)") }
      return .note(
        "processor", "\(processors), without AVX2: it takes several times as long",
        advice: "on a virtual machine have the processor's own features passed through (cpu: host)")
    } catch {
      return .wrong("processor", "\(error)", advice: "take EASEL_INSTRUCTION_SET out of the environment")
    }
  }

  var weightsFindings: [Finding] {
    Architecture.allCases.map { network in
      do {
        let weights = try VerifiedWeights(network)
        return .ok("weights", "\(network.rawValue): \(weights.path), sound")
      } catch let error as WeightsFileError where error.isMissing && network != .vgg16 {
        return .note(
          "weights", "\(network.rawValue) is not there, which some presets and network: \(network.rawValue) need",
          advice: WeightsFileError.packageAdvice(network))
      } catch {
        return .wrong(
          "weights", "\(error)", advice: "install Easel again, or take EASEL_WEIGHTS out of the environment")
      }
    }
  }

  var clockFindings: [Finding] {
    // Before this program was made.
    guard Date.now.timeIntervalSince1970 > 1_767_000_000 else {
      return [.wrong("clock", "it says \(Date.now.formatted(.iso8601))", advice: "timedatectl set-ntp true")]
    }
    var state = timex()
    guard adjtimex(&state) >= 0 else { return [] }
    return [
      state.status & STA_UNSYNC == 0
        ? .ok("clock", "synchronised")
        : .note(
          "clock", "not synchronised with others, which matters where folders are shared",
          advice: "timedatectl set-ntp true (package systemd-timesyncd)")
    ]
  }
}
