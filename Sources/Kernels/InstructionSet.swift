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

  package static var best: InstructionSet { available.last ?? .portable }

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
