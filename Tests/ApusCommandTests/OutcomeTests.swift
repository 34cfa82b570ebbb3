import ArgumentParser
import Diagnostics
import Testing

@testable import ApusCommand

@Suite("How commands end")
struct OutcomeTests {
    struct Broken: Failure {
        let kind: FailureKind
        var description: String { "it broke" }
    }
    struct Foreign: Error {}

    @Test(
        "A failure keeps its kind and gets its exit status",
        arguments: zip([FailureKind.usage, .badData, .missingInput, .internal, .cannotWrite, .interrupted], [64, 65, 66, 70, 73, 130]))
    func failures(kind: FailureKind, status: Int32) {
        let outcome = Outcome(of: Broken(kind: kind))
        #expect(outcome == .failed(kind, message: "it broke", details: ""))
        #expect(outcome.exitStatus == status)
    }

    @Test("An error of no known kind is an internal failure")
    func foreign() {
        #expect(Outcome(of: Foreign()).exitStatus == 70)
    }

    @Test("A task that was cancelled was interrupted")
    func cancelled() {
        #expect(Outcome(of: CancellationError()).exitStatus == 130)
        #expect(Outcome(of: Interrupted(activity: "reading book.txt")).exitStatus == 130)
    }

    @Test("A reader of the output that went away is a quiet end")
    func closedPipe() {
        #expect(Outcome(of: CommandFailure.outputClosed) == .done)
    }

    @Test("A full disk behind standard output is told with status 73")
    func fullDisk() {
        #expect(Outcome(of: CommandFailure.outputFailed(reason: "disk full")).exitStatus == 73)
    }

    @Test("A status that a command chose is kept")
    func chosenStatus() {
        #expect(Outcome(of: ExitCode(3)) == .status(3))
    }

    @Test("Wrong arguments end with status 64, one message, and the usage below it", arguments: [["--nonsense"], ["nonsense"]])
    func wrongArguments(arguments: [String]) throws {
        let outcome = try #require(parsed(arguments))
        guard case .failed(.usage, let message, let details) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(message.contains("nonsense") && !message.contains("\n"))
        #expect(details.hasPrefix("Usage: apus"))
        #expect(outcome.exitStatus == 64)
    }

    @Test("Help and version go to standard output and are no failure")
    func help() throws {
        guard case .text(let text) = try #require(parsed(["--help"])) else {
            Issue.record("no help text")
            return
        }
        #expect(text.contains("EXIT STATUS"))
        #expect(try #require(parsed(["--version"])) == .text(ApusCommand.version))
    }

    @Test("--json is found among the arguments, but not after --")
    func jsonFlag() {
        #expect(CommandRun(arguments: ["inspect", "--json"]).wantsJSON)
        #expect(!CommandRun(arguments: ["tokenize", "--", "--json"]).wantsJSON)
        #expect(CommandRun.errorObject(.badData, message: "m").text == #"{"error": {"kind": "bad_data", "message": "m"}}"#)
    }

    private func parsed(_ arguments: [String]) -> Outcome? {
        do {
            var command = try ApusCommand.parseAsRoot(arguments)
            try command.run()
            return nil
        } catch {
            return Outcome(of: error)
        }
    }
}
