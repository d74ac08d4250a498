// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The kernels are written once and compiled for several instruction sets; the folders `KernelsAVX2` and
/// `KernelsAVX512` are symbolic links to `KernelsPortable`. `-Ounchecked` in every configuration: they are useless
/// without optimisation.
func kernelVariant(_ name: String, march: String?, define: String) -> Target {
  var flags = ["-Ounchecked", "-wmo"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  return .target(
    name: name,
    dependencies: ["KernelTypes"],
    swiftSettings: strict + [.define(define), .unsafeFlags(flags)],
    linkerSettings: [.linkedLibrary("m")])
}

#if arch(x86_64)
  let wideVariants = [
    kernelVariant("KernelsAVX2", march: "x86-64-v3", define: "KERNELS_AVX2"),
    kernelVariant("KernelsAVX512", march: "x86-64-v4", define: "KERNELS_AVX512"),
  ]
#else
  let wideVariants: [Target] = []
#endif

let package = Package(
  name: "easel",
  products: [
    .executable(name: "easel", targets: ["Easel"]),
    // Preloaded by tests into the program.
    .library(name: "FaultyCalls", type: .dynamic, targets: ["FaultyCalls"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // C libraries from the system.
    .systemLibrary(name: "CEXIF", pkgConfig: "libexif", providers: [.apt(["libexif-dev"])]),
    .systemLibrary(name: "CFiles"),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(name: "CInotifyTools", providers: [.apt(["libinotifytools0-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"]),

    // The networks, by name.
    .target(name: "Networks", swiftSettings: strict),

    // The engine.
    .target(name: "KernelTypes", swiftSettings: strict + [.unsafeFlags(["-Ounchecked"])]),
    kernelVariant("KernelsPortable", march: nil, define: "KERNELS_PORTABLE"),
  ] + wideVariants + [
    .target(
      name: "Kernels",
      dependencies: ["KernelTypes"] + (["KernelsPortable"] + wideVariants.map(\.name)).map { .target(name: $0) },
      swiftSettings: strict + [.unsafeFlags(["-Ounchecked"])]),
    .target(
      name: "Safetensors", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .target(
      name: "NeuralNetwork",
      dependencies: ["Kernels", "KernelTypes", "Networks", "Safetensors"],
      resources: [.copy("Weights")],
      swiftSettings: strict),
    .target(
      name: "StyleTransfer",
      dependencies: ["Kernels", "KernelTypes", "Networks", "NeuralNetwork"],
      swiftSettings: strict),
    .target(
      name: "WeightsImport",
      dependencies: [
        "Networks", "NeuralNetwork", "Safetensors", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Readers/ONNXSubset.proto"],
      swiftSettings: strict),

    // Pictures in and out.
    .target(name: "Images", dependencies: ["CImageCodecs", "CGIF", "CEXIF", "CLCMS"], swiftSettings: strict),

    // The spool.
    .target(name: "Jobs", dependencies: ["Networks", "Yams"], swiftSettings: strict),
    .target(name: "Files", dependencies: ["CFiles", "Jobs"], swiftSettings: strict),
    .target(name: "Inbox", dependencies: ["CInotifyTools", "Files", "Jobs"], swiftSettings: strict),
    .target(name: "Outbox", dependencies: ["Files", "Images", "Jobs"], swiftSettings: strict),
    .target(
      name: "StyleLibrary",
      dependencies: ["Files", "Images", "Jobs", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "Cache",
      dependencies: ["Files", "Jobs", "Safetensors", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),

    .executableTarget(
      name: "Easel",
      dependencies: [
        "CProcess", "Cache", "Files", "Images", "Inbox", "Jobs", "KernelTypes", "Kernels", "Networks",
        "NeuralNetwork", "Outbox", "Safetensors", "StyleLibrary", "StyleTransfer", "WeightsImport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(name: "FaultyCalls", path: "Tests/FaultyCalls", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "Fuzzing",
      dependencies: ["Cache", "Images", "Jobs", "NeuralNetwork", "Safetensors", "TestSupport", "WeightsImport"],
      path: "Tests/Fuzzing", swiftSettings: strict),
    .executableTarget(
      name: "Fuzz", dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/Fuzz", swiftSettings: strict),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "TestSupport"], swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "TestSupport"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CacheTests", dependencies: ["Cache", "Safetensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "WeightsImportTests", dependencies: ["Networks", "NeuralNetwork", "Safetensors", "TestSupport", "WeightsImport"],
      swiftSettings: strict),
    .testTarget(name: "NetworksTests", dependencies: ["Networks"], swiftSettings: strict),
    .testTarget(
      name: "KernelsTests", dependencies: ["KernelTypes", "Kernels", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeuralNetworkTests",
      dependencies: ["KernelTypes", "Kernels", "Networks", "NeuralNetwork", "Safetensors", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "StyleTransferTests",
      dependencies: [
        "KernelTypes", "Kernels", "Networks", "NeuralNetwork", "Safetensors", "StyleTransfer", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Jobs", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "JobsTests", dependencies: ["Jobs", "Networks"], swiftSettings: strict),
    .testTarget(name: "InboxTests", dependencies: ["Inbox", "Jobs", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "OutboxTests", dependencies: ["Files", "Jobs", "Outbox", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StyleLibraryTests", dependencies: ["Files", "Images", "Jobs", "StyleLibrary", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EaselTests",
      dependencies: [
        "Cache", "Easel", "Images", "Jobs", "Outbox", "Safetensors", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
