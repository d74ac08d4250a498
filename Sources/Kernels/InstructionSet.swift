internal import Foundation
package import KernelTypes
internal import KernelsPortable

#if arch(x86_64)
  internal import KernelsAVX2
  internal import KernelsAVX512
#endif

/// An instruction set that the kernels were compiled for.
package enum InstructionSet: String, Sendable, CaseIterable {
  case portable, avx2, avx512

  package var kernels: KernelTable {
    switch self {
    case .portable: KernelsPortable.kernelTable
    #if arch(x86_64)
      case .avx2: KernelsAVX2.kernelTable
      case .avx512: KernelsAVX512.kernelTable
    #else
      case .avx2, .avx512: KernelsPortable.kernelTable
    #endif
    }
  }

  /// The ones that this processor has, the fastest last.
  package static let available: [InstructionSet] = {
    #if arch(x86_64)
      let flags = processorFlags()
      return allCases.filter { $0.requiredFlags.isSubset(of: flags) }
    #else
      return [.portable]
    #endif
  }()

  /// What kernels are run with: what the environment asks for, or else the fastest.
  ///
  /// Ends the program where the environment asks for one that cannot be; commands say so before they begin.
  package static let best: InstructionSet = {
    do throws(InstructionSetError) {
      return try chosen()
    } catch {
      FileHandle.standardError.write(Data("easel: \(error)\n".utf8))
      exit(EX_USAGE)
    }
  }()

  /// The environment variable that names the instruction set: for tests, and for jobs that are to give the same bits on
  /// unlike machines.
  package static let variable = "EASEL_INSTRUCTION_SET"

  /// The instruction set of that name, or the fastest where there is no name.
  ///
  /// - Parameter available: those of the processor, the fastest last.
  /// - Throws: an `InstructionSetError` for a name that is unknown, or that the processor lacks; it lists what there is.
  package static func chosen(
    _ name: String? = ProcessInfo.processInfo.environment[variable], among available: [InstructionSet] = available
  ) throws(InstructionSetError) -> InstructionSet {
    guard let name, !name.isEmpty else { return available.last ?? .portable }
    let wanted = InstructionSet(rawValue: name)
    guard let wanted, available.contains(wanted) else {
      throw InstructionSetError(name: name, isKnown: wanted != nil, available: available)
    }
    return wanted
  }

  /// What x86-64-v3 and v4 add, as the kernel names it.
  private var requiredFlags: Set<Substring> {
    switch self {
    case .portable: []
    case .avx2: ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]
    case .avx512: Self.avx2.requiredFlags.union(["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
    }
  }

  private static func processorFlags() -> Set<Substring> {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return [] }
    return Set(line.split(separator: " "))
  }
}

/// An instruction set that somebody asked for and that cannot be. The description is meant for people.
package struct InstructionSetError: Error, CustomStringConvertible {
  let name: String
  let isKnown: Bool
  let available: [InstructionSet]

  package var description: String { "\(InstructionSet.variable): \(complaint)" }

  /// Without who has asked for it.
  package var complaint: String {
    let choice = available.map(\.rawValue).joined(separator: ", ")
    let problem = isKnown ? "this processor has no \(name)" : "there is no instruction set '\(name)'"
    return "\(problem); allowed here is \(choice)"
  }
}
