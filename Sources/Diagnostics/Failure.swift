/// An error that a person can act on: what went wrong, where (file, tensor, byte offset) and what to do, in one sentence.
///
/// Every error type of the package conforms, so that the command line and the server can report any of them alike.
public protocol Failure: Error, CustomStringConvertible {
    /// Which class of failure this is; it decides the exit code and the HTTP status.
    var kind: FailureKind { get }
}

/// Classes of failure, named after what a caller does about them.
public enum FailureKind: Sendable {
    /// The command or the request itself is wrong: an unknown option, a value out of range.
    case usage
    /// The input exists but is damaged, or is not what it claims to be.
    case badData
    /// A file or folder that was named does not exist or cannot be read.
    case missingInput
    /// Writing failed: no permission, disk full.
    case cannotWrite
    /// The machine or the program could not do it: out of memory, a broken invariant.
    case `internal`
    /// The person interrupted the work.
    case interrupted

    /// The exit status of the command line, after `sysexits.h`.
    public var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .badData: 65
        case .missingInput: 66
        case .internal: 70
        case .cannotWrite: 73
        case .interrupted: 130
        }
    }
}
