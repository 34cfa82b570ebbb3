import Diagnostics

/// Why a server cannot be started.
package enum ServerError: Failure, Equatable {
    /// A host that others reach, and nothing that keeps them out.
    case open(host: String)
    case cannotListen(host: String, port: Int, reason: String)

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .open(let host):
            "anybody who reaches \(host) could use this server; give it a key with --api-key or --api-key-file, or say --no-api-key if that is meant"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on \(host), port \(port): \(reason); name another with --port, or 0 for one that is free"
        }
    }
}
