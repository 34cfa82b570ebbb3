import Diagnostics
import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Compiles programs in C++ that models wrote, and runs them where they can do no harm: in an empty folder that is their whole file system, without
/// network and rights, and with limits of time, memory, files and processes. What else they start ends with them: they have a tree of processes of
/// their own, since the limit of processes does not hold for who is root.
///
/// That takes Linux with `g++`, and `prlimit` and `unshare` of util-linux.
package struct ProgramSandbox: Sendable {
    /// What a program that was run came to.
    package enum Outcome: String, Sendable {
        case passed, wrong, timeout, noCompile = "no-compile", noProgram = "no-program"
    }

    /// Lines that a program reads and those that it has to write.
    package struct Test: Equatable, Sendable {
        let input: [String]
        let output: [String]
    }

    private static let compileSeconds = 60
    private static let runSeconds = 3
    private static let memoryBytes = 1 << 30
    private static let compilerBytes = 4 << 30
    private static let fileBytes = 16 << 20
    private static let watchMicroseconds: UInt32 = 5000
    /// As many tests as the published evaluator runs.
    private static let mostTests = 10

    /// A command whose processes all end with its first, and that with this program.
    private static let apart = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]

    /// - Throws: `ProgramError.noSandbox` where a small program cannot be compiled and run so.
    package init() throws(ProgramError) {
        let trial = "int main() { string word; cin >> word; ifstream file(\"/etc/passwd\"); cout << word << file.good() << endl; }"
        guard outcome(of: trial, tests: [Test(input: ["a"], output: ["a0"])]) == .passed else { throw .noSandbox }
    }

    /// Compiles and runs a program without its includes. A thread is blocked meanwhile.
    package func outcome(of code: String, tests: [Test]) -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-program-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let root = folder.appendingPathComponent("root"), source = folder.appendingPathComponent("program.cpp")
        do {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try Data((ProgramTests.header + code).utf8).write(to: source)
        } catch { return .noCompile }
        let compiled = run(
            Self.apart + ["g++", "-std=c++11", "-O", "-static", "-o", root.path + "/program", source.path],
            limits: ["--as=\(Self.compilerBytes)"],
            seconds: Self.compileSeconds, input: nil, output: folder.appendingPathComponent("messages"))
        guard compiled, FileManager.default.fileExists(atPath: root.path + "/program") else { return .noCompile }
        for test in tests.prefix(Self.mostTests) {
            let outcome = outcome(of: test, root: root, folder: folder)
            guard outcome == .passed else { return outcome }
        }
        return .passed
    }

    private func outcome(of test: Test, root: URL, folder: URL) -> Outcome {
        let input = folder.appendingPathComponent("input"), output = folder.appendingPathComponent("output")
        guard (try? Data((test.input.joined(separator: "\n") + "\n").utf8).write(to: input)) != nil else { return .wrong }
        let limits = ["--as=\(Self.memoryBytes)", "--fsize=\(Self.fileBytes)", "--nofile=16"]
        // The tree of processes is made before their number is limited to one, and the file system is left last of all.
        let command = Self.apart + ["--net", "--ipc", "prlimit", "--nproc=1", "unshare", "--user", "--root=\(root.path)", "/program"]
        let isInTime = run(command, limits: limits, seconds: Self.runSeconds, input: input, output: output)
        guard isInTime else { return .timeout }
        let wanted = Data((test.output.joined(separator: "\n") + "\n").utf8)
        return (try? Data(contentsOf: output)) == wanted ? .passed : .wrong
    }

    /// - Parameter input: what is read; nothing where there is none.
    /// - Returns: whether it ended in time.
    private func run(_ command: [String], limits: [String], seconds: Int, input: URL?, output: URL) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Nothing of this process's surroundings, keys among them, is handed on.
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C"]
        process.arguments = ["prlimit", "--cpu=\(seconds + 1)", "--core=0"] + limits + command
        guard FileManager.default.createFile(atPath: output.path, contents: nil), let written = try? FileHandle(forWritingTo: output) else {
            return false
        }
        process.standardInput = input.flatMap { try? FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardOutput = written
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        let clock = ContinuousClock(), end = clock.now + .seconds(seconds)
        while process.isRunning, clock.now < end { usleep(Self.watchMicroseconds) }
        guard process.isRunning else { return true }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return false
    }
}

/// Why programs cannot be run.
package enum ProgramError: Failure {
    case noSandbox

    package var kind: FailureKind { .usage }

    package var description: String {
        "Programs cannot be run apart from all else on this machine: that takes Linux with namespaces for users, g++ with its static libraries, and "
            + "prlimit and unshare of util-linux; leave out --allow-code-execution, and their replies are kept and not scored."
    }
}
