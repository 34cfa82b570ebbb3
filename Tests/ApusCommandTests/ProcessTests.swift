import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

/// The built binary, run as a person runs it.
@Suite(
    "The apus process",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct ProcessTests {
    @Test("Wrong usage ends with 64, a message on standard error and nothing on standard output")
    func wrongUsage() async throws {
        let result = try await ApusProcess.run(["--nonsense"])
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("apus: Unknown option '--nonsense'\n"))
    }

    @Test("With --json the error is also one JSON object on standard output")
    func wrongUsageInJSON() async throws {
        let result = try await ApusProcess.run(["--nonsense", "--json"])
        #expect(result.status == 64)
        let object = try JSONDecoder().decode([String: [String: String]].self, from: Data(result.output.utf8))
        #expect(object["error"]?["kind"] == "usage")
        #expect(object["error"]?["message"]?.contains("--nonsense") == true)
    }

    @Test("Help ends with 0 and goes to standard output")
    func help() async throws {
        let result = try await ApusProcess.run(["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("EXAMPLES") && result.output.contains("EXIT STATUS"))
        #expect(result.errors.isEmpty)
    }

    @Test(
        "A full disk behind standard output ends with 73",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func fullDisk() async throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let result = try await ApusProcess.run(["--help"], output: full)
        #expect(result.status == 73)
        #expect(result.errors.hasPrefix("apus: standard output could not be written"))
    }

    @Test("A reader that goes away ends the command quietly")
    func closedPipe() async throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let result = try await ApusProcess.run(["--help"], output: pipe.fileHandleForWriting)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
    }

    @Test("A missing file ends with 66, a damaged one with 65, each named in the message")
    func badInput() async throws {
        let folder = try TemporaryFolder()
        let missing = try await ApusProcess.run(["inspect", folder.file("none.gguf")])
        #expect(missing.status == 66)
        #expect(missing.errors.hasPrefix("apus: ") && missing.errors.contains("none.gguf"))
        let damaged = try await ApusProcess.run(["inspect", folder.write(Array("GGUF no more".utf8), as: "bad.gguf"), "--json"])
        #expect(damaged.status == 65)
        #expect(damaged.errors.split(separator: "\n").count == 1 && damaged.errors.contains("bad.gguf"))
        #expect(damaged.output.hasPrefix(#"{"error": {"kind": "bad_data""#))
    }

    @Test("inspect --json prints one JSON object and nothing else")
    func inspect() async throws {
        let folder = try TemporaryFolder()
        let result = try await ApusProcess.run(["inspect", "--json", TinyModel().write(to: folder.file("tiny.gguf"))])
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(result.output.split(separator: "\n").count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(object?["architecture"] as? String == "llama")
    }

    @Test("tokenize reads a file, standard input or --text alike")
    func tokenize() async throws {
        let folder = try TemporaryFolder()
        let model = try TinyModel(family: .qwen2).write(to: folder.file("tiny.gguf"))
        let text = try folder.write(Array("Hi!".utf8), as: "text.txt")
        let input = try #require(FileHandle(forReadingAtPath: text))
        let results = [
            try await ApusProcess.run(["tokenize", text, "--model", model]),
            try await ApusProcess.run(["tokenize", "--text", "Hi!", "--model", model]),
            try await ApusProcess.run(["tokenize", "-", "--model", model], input: input),
        ]
        #expect(results.map(\.status) == [0, 0, 0])
        #expect(results.map(\.output) == Array(repeating: "72 105 33\n", count: 3))
    }

    @Test("A number of threads below one is wrong usage")
    func threads() async throws {
        let result = try await ApusProcess.run(["inspect", "model.gguf", "--threads", "0"])
        #expect(result.status == 64)
        #expect(result.errors.contains("--threads must be at least 1"))
    }
}

/// Runs the binary that was built together with these tests.
enum ApusProcess {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// SwiftPM puts the products of a build into one folder: that of the test bundle.
    static let binary: URL? = {
        let runner = URL(fileURLWithPath: CommandLine.arguments[0])
        let folders = [runner.deletingLastPathComponent(), Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
        let bundles = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        return (folders + bundles).map { $0.appendingPathComponent("apus") }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }()

    /// - Parameters:
    ///   - output: standard output of the process; captured if nil.
    ///   - fileBlocks: how many blocks of 512 bytes a file may have that the process writes, as if the disk were full then.
    ///   - environment: what is added to this process's own.
    ///   - whileRunning: called once the process runs.
    static func run(
        _ arguments: [String], input: FileHandle = .nullDevice, output: FileHandle? = nil, fileBlocks: Int? = nil,
        environment: [String: String] = [:], whileRunning: (Process) async throws -> Void = { _ in }
    ) async throws -> Result {
        let process = Process()
        let (captured, errors) = (Pipe(), Pipe())
        if let fileBlocks {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "ulimit -f \(fileBlocks); exec \"$0\" \"$@\"", binary?.path ?? ""] + arguments
        } else {
            process.executableURL = binary
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, added in added }
        process.standardInput = input
        process.standardError = errors
        if let output {
            process.standardOutput = output
        } else {
            process.standardOutput = captured
        }
        try process.run()
        if output != nil { try captured.fileHandleForWriting.close() }
        async let errorText = text(of: errors)
        try await whileRunning(process)
        let outputText = try await text(of: captured)
        process.waitUntilExit()
        return try await Result(status: process.terminationStatus, output: outputText, errors: errorText)
    }

    private static func text(of pipe: Pipe) async throws -> String {
        try String(decoding: pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}

extension Process {
    /// Waits until something is so, and sends what Ctrl-C sends, or another signal. It waits in a thread of its own, since other tests may keep all tasks waiting
    /// for longer than the process runs.
    func interrupt(by signal: Int32 = SIGINT, when isTime: @escaping @Sendable () -> Bool) async {
        let identifier = processIdentifier
        await withCheckedContinuation { continuation in
            Thread {
                while !isTime(), kill(identifier, 0) == 0 { usleep(5000) }
                kill(identifier, signal)
                continuation.resume()
            }.start()
        }
    }
}
