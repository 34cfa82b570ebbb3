// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target of the package is held to these.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

/// A library target: it may import only targets that stand above it in this file.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one target; all of them share the helpers in `ApusTesting`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "ApusTesting"] + dependencies, swiftSettings: strict)
}

let package = Package(
    name: "apus",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Apus", targets: ["Apus"]),
        .executable(name: "apus", targets: ["ApusCommand"]),
    ],
    traits: [
        .trait(name: "SQLite", description: "`apus index` and `apus search`; needs the system's SQLite with its header (libsqlite3-dev).")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/ordo-one/TextTable", from: "0.0.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
    ],
    targets: [
        .target(name: "CKernels"),
        library("Diagnostics"),
        library("Tensors", ["CKernels", "Diagnostics"]),
        library("ModelFiles", ["Diagnostics", "Tensors"]),
        library("Tokenizers", ["Diagnostics", "ModelFiles"]),
        library("Positions", ["Diagnostics", "Tensors", "ModelFiles"]),
        library("KeyValues", ["CKernels", "Diagnostics", "Tensors", "Positions"]),
        library("Attention", ["CKernels", "Diagnostics", "Tensors", "Positions", "KeyValues"]),
        library("Models", ["CKernels", "Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "Positions", "KeyValues", "Attention"]),
        library("Planning", ["Diagnostics", "Tensors", "ModelFiles", "Positions", "KeyValues", "Attention", "Models"]),
        library("Documents", ["Diagnostics"]),
        library(
            "Generation",
            ["Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "Positions", "KeyValues", "Attention", "Models", "Documents"]),
        library(
            "Retrieval",
            [
                "CKernels", "Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "KeyValues", "Attention", "Models", "Documents",
                "Generation", .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ]),
        library(
            "Training",
            [
                "CKernels", "Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "Positions", "KeyValues", "Attention", "Models",
                "Documents", "Yams",
            ]),
        .target(
            name: "BuiltInModel", dependencies: ["Diagnostics"], resources: [.copy("Resources/built-in.gguf")], swiftSettings: strict),
        library("Evaluation", ["Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "Generation", "Retrieval", "Training", "Yams"]),
        library(
            "Fitting",
            [
                "Diagnostics", "ModelFiles", "Tokenizers", "KeyValues", "Attention", "Planning", "Generation", "Training", "Evaluation",
            ]),
        .target(
            name: "Serving",
            dependencies: [
                "Attention", "Diagnostics", "Documents", "Generation", "ModelFiles", "Models", "Retrieval", "Tokenizers",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("Resources")], swiftSettings: strict),
        library("Apus", ["Diagnostics", "Documents", "Generation", "BuiltInModel"]),
        .executableTarget(
            name: "ApusCommand",
            dependencies: [
                "Apus", "Attention", "BuiltInModel", "Diagnostics", "Documents", "Evaluation", "Fitting", "Generation", "KeyValues",
                "ModelFiles", "Models", "Planning", "Positions", "Retrieval", "Serving", "Tensors",
                "Tokenizers", "Training", "TextTable", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        library("ApusTesting", ["Diagnostics", "Tensors", "ModelFiles", "Tokenizers", "Positions", "KeyValues", "Attention", "Models"]),
        tests(of: "Tensors", ["CKernels"]),
        tests(of: "ModelFiles"),
        tests(of: "Tokenizers"),
        tests(of: "Positions"),
        tests(of: "KeyValues", ["CKernels"]),
        tests(of: "Attention", ["CKernels"]),
        tests(of: "Models"),
        tests(of: "Planning", ["Generation"]),
        tests(of: "Documents"),
        tests(of: "Generation"),
        tests(of: "Retrieval", ["Generation"]),
        tests(of: "Training", ["CKernels"]),
        tests(of: "Evaluation", ["Diagnostics", "Retrieval", "Tensors", "Tokenizers", "Training"]),
        tests(of: "Fitting", ["Evaluation", "Generation", "Planning", "Training"]),
        tests(
            of: "Serving",
            [
                "BuiltInModel", "Diagnostics", "Generation", "ModelFiles", "Retrieval", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests(of: "Apus"),
        tests(of: "ApusCommand"),
    ]
)
