// swift-tools-version: 6.2
import PackageDescription

// Arrow C++ comes from the pyarrow wheel: `make deps` unpacks it into .deps/arrow.
let arrowLib = "\(Context.packageDirectory)/.deps/arrow/lib"

// The executable carries the Swift runtime; the tests share every object with it.
// The archives go through -Xlinker because swiftc reorders plain -l flags out of the group.
let staticRuntime: [String] =
  ["-static-stdlib", "-Xlinker", "--start-group"]
  + [
    "Foundation", "FoundationEssentials", "FoundationInternationalization", "_FoundationICU",
    "CoreFoundation", "_FoundationCShims", "_FoundationCollections", "swiftSynchronization",
    "swift_Builtin_float",
  ].flatMap { ["-Xlinker", "-l\($0)"] }
  + ["-Xlinker", "--end-group"]

// The kernels need AVX2 to be fast: x86-64-v3 is required and checked when the program starts.
#if arch(x86_64)
  let kernelSettings: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
  let kernelSettings: [SwiftSetting] = []
#endif

// What Python runs for executors: it is inside of the program, which writes it to a folder.
let pythonProgram =
  ["parent.py"]
  + [
    "__init__",
    "apply",
    "batches",
    "call",
    "cogroup",
    "control",
    "conversation",
    "conversion",
    "failures",
    "frames",
    "grouped",
    "installation",
    "keys",
    "memory",
    "modules",
    "process",
    "progress",
    "results",
    "returned",
    "signature",
    "wheels",
    "worker",
    "workers",
  ].map { "roost_worker/\($0).py" }

// What `make fuzz` compiles with the counters of libFuzzer: the file of libFuzzer's runtime, else nothing.
let fuzzerRuntime = Context.environment["ROOST_FUZZER_RUNTIME"]

let package = Package(
  name: "roost",
  products: [
    .executable(name: "roost", targets: ["roost"]),
    // What needs Arrow, for a program that starts without it.
    .library(name: "roost_arrow", type: .dynamic, targets: ["ArrowLibrary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    // One trait or none: with two, their -D flags change order from run to run and force rebuilds.
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "COpenSSL", path: "Sources/Shared/COpenSSL"),
    .target(
      name: "ArrowBridge",
      path: "Sources/Shared/ArrowBridge",
      linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/../lib/roost"])]),
    .target(
      name: "ArrowLibrary",
      path: "Sources/Shared/ArrowLibrary",
      // It has none: nobody imports it.
      publicHeadersPath: ".",
      cxxSettings: [
        .headerSearchPath("../ArrowBridge/include"),
        .headerSearchPath("../../../.deps/arrow/include"),
      ],
      linkerSettings: [
        .unsafeFlags([
          // There is no Swift in it, which the linking else would not believe.
          "-static-stdlib", "-nostartfiles",
          // The program has functions of the same names, which call these.
          "-Xlinker", "-Bsymbolic",
          "-L\(arrowLib)", "-Xlinker", "-rpath=$ORIGIN/../../../.deps/arrow/lib",
        ]),
        .linkedLibrary("parquet"),
        .linkedLibrary("arrow_compute"), .linkedLibrary("arrow"),
      ]),
    .target(name: "Prefetch", path: "Sources/Shared/Prefetch"),
    .target(name: "Checksum", path: "Sources/Shared/Checksum"),
    .target(name: "Descriptors", path: "Sources/Shared/Descriptors"),
    .target(
      name: "Columnar", dependencies: ["ArrowBridge", "Prefetch"], path: "Sources/Shared/Columnar",
      swiftSettings: kernelSettings),
    .target(
      name: "Learning", dependencies: ["Prefetch"], path: "Sources/Shared/Learning",
      swiftSettings: kernelSettings),
    .target(
      name: "Plan",
      dependencies: ["Columnar", "Learning", "Yams"],
      path: "Sources/Shared/Plan"),
    .target(
      name: "Wire",
      dependencies: [
        "COpenSSL", "Columnar", "Learning", "Plan",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      path: "Sources/Shared/Wire",
      // Static and hidden: libparquet.so exports an OpenSSL 3.6 of its own, unversioned.
      linkerSettings: [
        .linkedLibrary(":libcrypto.a"),
        .unsafeFlags(["-Xlinker", "--exclude-libs=libcrypto.a"]),
      ]),
    .target(
      name: "Driver",
      dependencies: [
        "Columnar", "Plan", "Wire",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(
      name: "Executor",
      dependencies: [
        "ArrowBridge", "Checksum", "Columnar", "Descriptors", "Learning", "Plan", "Prefetch",
        "Wire",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      resources: pythonProgram.map { .embedInCode("Python/Worker/\($0)") },
      swiftSettings: kernelSettings),
    .target(
      name: "Web",
      dependencies: [
        "Columnar", "Driver", "Learning", "Plan", "Wire", "Yams",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      // Pages need nothing beside the program.
      resources: ["icon.svg", "live.js", "openapi.json", "style.css"].map {
        .embedInCode("Assets/\($0)")
      }),
    .executableTarget(
      name: "roost",
      dependencies: [
        // Named one by one: a change in one that only others name would not compile this one again.
        "Columnar", "Driver", "Executor", "Learning", "Plan", "Web", "Wire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        "Yams",
      ],
      path: "Sources/CLI",
      linkerSettings: [.unsafeFlags(staticRuntime)]),
    .executableTarget(
      name: "shuffle-benchmark",
      dependencies: [
        "Columnar", "Executor", "Plan", "Wire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "benchmarks/shuffle"),
    // What is fuzzed, which the tests run over the inputs that were kept.
    .target(
      name: "Fuzzing",
      dependencies: [
        "Columnar", "Driver", "Executor", "Plan", "Wire",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      path: "fuzz/Targets"),
    .testTarget(name: "FuzzTests", dependencies: ["Fuzzing"], exclude: ["Inputs"]),
    .testTarget(name: "ColumnarTests", dependencies: ["ArrowBridge", "Columnar"]),
    .testTarget(name: "LearningTests", dependencies: ["Learning"]),
    .testTarget(name: "PlanTests", dependencies: ["Columnar", "Learning", "Plan"]),
    .testTarget(
      name: "WireTests",
      dependencies: [
        "Columnar", "Learning", "Plan", "Wire", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .testTarget(
      name: "ExecutorTests",
      dependencies: [
        "Columnar", "Executor", "Learning", "Plan", "Wire",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .testTarget(
      name: "DriverTests",
      dependencies: [
        "Columnar", "Driver", "Learning", "Plan", "Wire",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Columnar", "Plan", "Web", "Wire",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Columnar", "Driver", "Executor", "Plan",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    // They start the program, which every build makes; to depend on it would link its static runtime into them.
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "Driver", "Executor", "Plan", "Wire",
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)

if let fuzzerRuntime {
  let instrumented = ["Columnar", "Learning", "Plan", "Wire", "Driver", "Executor", "Fuzzing"]
  for target in package.targets where instrumented.contains(target.name) {
    target.swiftSettings =
      (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer,address"])]
  }
  package.targets.append(
    .executableTarget(
      name: "roost-fuzz", dependencies: ["Fuzzing"], path: "fuzz/Runner",
      linkerSettings: [
        .unsafeFlags(["-sanitize=address", "-Xlinker", fuzzerRuntime]),
        .linkedLibrary("stdc++"), .linkedLibrary("m"),
      ]))
}
