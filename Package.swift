// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
  import Glibc
#endif

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

/// Formats whose readers are built where their libraries are: module, pkg-config's name for it, Debian's package. (A
/// library that comes later is seen after `swift package purge-cache`, for SwiftPM remembers what it has read here.)
let optionalCodecs = [
  (module: "CWEBP", define: "EASEL_WEBP", library: "libwebp libwebpdemux libwebpmux", package: "libwebp-dev"),
  (module: "CHEIF", define: "EASEL_HEIF", library: "libheif", package: "libheif-dev"),
  (module: "CTIFF", define: "EASEL_TIFF", library: "libtiff-4", package: "libtiff-dev"),
].filter { system("pkg-config --exists \($0.library) 2>/dev/null") == 0 }

/// For weights from Keras, where its library is there.
let hasHDF5 = system("pkg-config --exists hdf5 2>/dev/null") == 0
let weightFormats: [Target] =
  hasHDF5 ? [.systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])])] : []

let codecs: [Target] =
  optionalCodecs.map { .systemLibrary(name: $0.module, pkgConfig: $0.library, providers: [.apt([$0.package])]) }
  + [
    .target(
      name: "CImageCodecs",
      dependencies: (["CPNG", "CJPEG", "CZLIB"] + optionalCodecs.map(\.module)).map { .target(name: $0) },
      cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]
        + optionalCodecs.map { .define($0.define) })
  ]

/// Templates, style sheet and script of the pages for browsers.
let pageFiles =
  [
    "actions", "cards", "comparison", "daemon", "failed", "figures", "head", "inputs", "latest", "layout", "login",
    "message", "new", "now", "queue-page", "queue", "report", "result", "results", "running", "state", "styles",
  ].map { "\($0).mustache" } + ["icon.svg", "page.css", "page.js"]

/// What is told to the program when it is built: variables of the environment by the macros that they become.
let build: [CSetting] = [
  Context.environment["EASEL_COMMIT"].map { .define("EASEL_COMMIT", to: "\"\($0)\"") },
  Context.environment["EASEL_ICU_DATA"].map { .define("EASEL_ICU_DATA", to: $0) },
].compactMap(\.self)

let package = Package(
  name: "easel",
  products: [
    .executable(name: "easel", targets: ["Easel"]),
    // Beside it, and never linked with it: GPL-2.0-only, where all else is Apache-2.0.
    .executable(name: "easel-inotify", targets: ["easel-inotify"]),
    // Preloaded by tests into the program.
    .library(name: "FaultyCalls", type: .dynamic, targets: ["FaultyCalls"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // C libraries from the system.
    .systemLibrary(name: "CDoctor"),
    .systemLibrary(name: "CEXIF", pkgConfig: "libexif", providers: [.apt(["libexif-dev"])]),
    .systemLibrary(name: "CFiles"),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(name: "CInbox"),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CZLIB", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The watcher, a program on libinotifytools (Debian: libinotifytools0-dev), which nothing else may link.
    .executableTarget(
      name: "easel-inotify", path: "easel-inotify", exclude: ["LICENSE", "README.md"],
      cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)],
      // Without the startup code of Swift's runtime, which would need that; see `link_options` in main.c.
      linkerSettings: [
        .linkedLibrary("inotifytools"), .unsafeFlags(["-nostartfiles", "-no-toolchain-stdlib-rpath"]),
      ]),

    // The networks, by name.
    .target(name: "Networks", swiftSettings: strict),

    // The engine.
    .target(name: "KernelTypes", swiftSettings: strict + [.unsafeFlags(["-Ounchecked"])]),
    kernelVariant("KernelsPortable", march: nil, define: "KERNELS_PORTABLE"),
  ] + codecs + weightFormats + wideVariants + [
    .target(
      name: "Kernels",
      dependencies: ["KernelTypes"] + (["KernelsPortable"] + wideVariants.map(\.name)).map { .target(name: $0) },
      swiftSettings: strict + [.unsafeFlags(["-Ounchecked"])]),
    .target(name: "Safetensors", dependencies: ["Files"], swiftSettings: strict),
    .target(
      name: "NeuralNetwork",
      dependencies: ["Files", "Kernels", "KernelTypes", "Networks", "Safetensors"],
      resources: [.copy("Weights")],
      swiftSettings: strict),
    .target(
      name: "StyleTransfer",
      dependencies: ["Kernels", "KernelTypes", "Networks", "NeuralNetwork"],
      swiftSettings: strict),
    .target(
      name: "WeightsImport",
      dependencies: ["Files", "Networks", "NeuralNetwork", "Safetensors"]
        + weightFormats.map { .target(name: $0.name) },
      swiftSettings: strict + (hasHDF5 ? [.define("EASEL_HDF5")] : [])),

    // The ground floor, and pictures in and out.
    .target(
      name: "Files", dependencies: ["CFiles", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Images", dependencies: ["CEXIF", "CGIF", "CImageCodecs", "CLCMS", "Files"], swiftSettings: strict),

    .target(name: "CBuild", cSettings: build + [.enableWarning("all"), .treatAllWarnings(as: .error)]),

    // Jobs and the four folders.
    // Its page of settings is a link to that in Documentation.
    .target(
      name: "Jobs", dependencies: ["CBuild", "Files", "Networks", "Yams"], resources: [.embedInCode("Settings.md")],
      swiftSettings: strict),
    .target(
      name: "Inbox",
      dependencies: ["CInbox", "Files", "Jobs", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: strict),
    .target(name: "Spool", dependencies: ["Files", "Jobs"], swiftSettings: strict),
    .target(name: "StyleLibrary", dependencies: ["Files", "Images", "Jobs"], swiftSettings: strict),
    .target(name: "Cache", dependencies: ["Files", "Safetensors"], swiftSettings: strict),

    // Pages for browsers.
    .target(
      name: "Pages",
      dependencies: ["Files", "Jobs", "Spool", .product(name: "Mustache", package: "swift-mustache")],
      resources: pageFiles.map { .embedInCode("Templates/\($0)") },
      swiftSettings: strict),

    // One job, what is going on, the daemon, the commands.
    .target(
      name: "Painter",
      dependencies: [
        "CProcess", "Cache", "Files", "Images", "Jobs", "KernelTypes", "Kernels", "Networks", "NeuralNetwork",
        "Pages", "Safetensors", "Spool", "StyleLibrary", "StyleTransfer",
      ],
      swiftSettings: strict),
    .target(name: "Status", dependencies: ["Files", "Inbox", "Jobs", "Spool"], swiftSettings: strict),
    .target(
      name: "Page",
      dependencies: [
        "Cache", "Files", "Images", "Inbox", "Jobs", "Pages", "Spool", "Status", "StyleLibrary",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "Service",
      dependencies: [
        "Cache", "Files", "Images", "Inbox", "Jobs", "Kernels", "Spool", "Status", "StyleLibrary",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "Doctor",
      dependencies: [
        "CDoctor", "Files", "Inbox", "Jobs", "Kernels", "Networks", "NeuralNetwork", "Service", "Spool",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Easel",
      dependencies: [
        "Cache", "Doctor", "Files", "Images", "Inbox", "Jobs", "Kernels", "Networks", "NeuralNetwork", "Page",
        "Painter",
        "Service", "Spool", "Status", "StyleLibrary", "WeightsImport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PageTests", dependencies: ["Files", "Jobs", "Page", "Pages", "TestSupport"], swiftSettings: strict),
    .target(name: "FaultyCalls", path: "Tests/FaultyCalls", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "Fuzzing",
      dependencies: [
        "Cache", "Files", "Images", "Jobs", "Networks", "NeuralNetwork", "Painter", "Safetensors", "StyleTransfer",
        "TestSupport", "WeightsImport",
      ],
      path: "Tests/Fuzzing", swiftSettings: strict),
    .executableTarget(name: "Decode", dependencies: ["Files", "Images"], path: "Tests/Decode", swiftSettings: strict),
    .executableTarget(
      name: "Fuzz", dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/Fuzz", swiftSettings: strict),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "TestSupport"], swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Files", "Images", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["Files", "Safetensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CacheTests", dependencies: ["Cache", "Files", "Safetensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "WeightsImportTests",
      dependencies: [
        "Files", "KernelTypes", "Kernels", "Networks", "NeuralNetwork", "Safetensors", "TestSupport", "WeightsImport",
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "NetworksTests", dependencies: ["Networks"], swiftSettings: strict),
    .testTarget(
      name: "KernelsTests", dependencies: ["KernelTypes", "Kernels", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeuralNetworkTests",
      dependencies: ["Files", "KernelTypes", "Kernels", "Networks", "NeuralNetwork", "Safetensors", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "StyleTransferTests",
      dependencies: [
        "Files", "KernelTypes", "Kernels", "Networks", "NeuralNetwork", "Safetensors", "StyleTransfer", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Jobs", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "JobsTests", dependencies: ["Files", "Jobs", "Networks", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "InboxTests", dependencies: ["Files", "Inbox", "Jobs", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "SpoolTests", dependencies: ["Files", "Jobs", "Spool", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StyleLibraryTests", dependencies: ["Files", "Images", "Jobs", "StyleLibrary", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "PagesTests", dependencies: ["Pages"], swiftSettings: strict),
    .testTarget(
      name: "PainterTests",
      dependencies: ["Cache", "Files", "Images", "Jobs", "Networks", "Painter", "StyleLibrary", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EaselTests",
      dependencies: [
        "Cache", "Doctor", "Easel", "Files", "Images", "Jobs", "Networks", "Safetensors", "Service", "Spool", "Status",
        "StyleLibrary", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Fixtures", "Page/Foreign"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
