import Diagnostics

/// What the command line itself refuses or fails at; failures of the work come from the targets that do it.
enum CommandFailure: Failure {
    /// The arguments parse but do not make sense together.
    case usage(String)
    /// Standard output took no more bytes.
    case outputFailed(reason: String)
    /// The reader of standard output went away; it wants no more, so this ends the command quietly.
    case outputClosed

    var kind: FailureKind {
        switch self {
        case .usage: .usage
        case .outputFailed, .outputClosed: .cannotWrite
        }
    }

    var description: String {
        switch self {
        case .usage(let message): message
        case .outputFailed(let reason): "standard output could not be written: \(reason)"
        case .outputClosed: "standard output was closed by its reader"
        }
    }
}
