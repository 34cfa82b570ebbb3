import ArgumentParser
import Diagnostics

/// How a command ended, as a value: what to print where and which status to exit with follow from it.
enum Outcome: Equatable {
    /// It did what was asked.
    case done
    /// A help or version text was asked for; it goes to standard output.
    case text(String)
    /// It failed. `details` are further lines for a person (the usage of the command), empty if there are none.
    case failed(FailureKind, message: String, details: String)
    /// The command chose its own exit status and has said all there is to say.
    case status(Int32)

    var exitStatus: Int32 {
        switch self {
        case .done, .text: 0
        case .failed(let kind, _, _): kind.exitCode
        case .status(let status): status
        }
    }

    /// What an error that came out of parsing or running means.
    init(of error: any Error) {
        switch error {
        case CommandFailure.outputClosed: self = .done
        case let failure as any Failure: self = .failed(failure.kind, message: failure.description, details: "")
        case is CancellationError: self = .failed(.interrupted, message: Interrupted().description, details: "")
        case let exit as ExitCode: self = .status(exit.rawValue)
        default: self = Outcome(ofParserError: error)
        }
    }

    /// ArgumentParser's own errors are not public types; its exit codes tell help, wrong usage and foreign errors apart.
    private init(ofParserError error: any Error) {
        switch ApusCommand.exitCode(for: error) {
        case .success:
            self = .text(ApusCommand.fullMessage(for: error))
        case .validationFailure:
            let message = ApusCommand.message(for: error)
            self = .failed(.usage, message: message, details: Outcome.details(after: message, in: ApusCommand.fullMessage(for: error)))
        default:
            self = .failed(.internal, message: String(describing: error), details: "")
        }
    }

    /// The part of ArgumentParser's full text that follows its first line, which is the message after a prefix.
    private static func details(after message: String, in fullText: String) -> String {
        guard !message.isEmpty, let range = fullText.firstRange(of: message) else { return fullText }
        return String(fullText[range.upperBound...].drop(while: \.isNewline))
    }
}

extension FailureKind {
    /// The name programs see in `{"error": {"kind": …}}`.
    var name: String {
        switch self {
        case .usage: "usage"
        case .badData: "bad_data"
        case .missingInput: "missing_input"
        case .cannotWrite: "cannot_write"
        case .internal: "internal"
        case .interrupted: "interrupted"
        }
    }
}
