import ArgumentParser
import Foundation
import Serving

/// What requests to a server may take of it.
struct ServingLimits: ParsableArguments {
    /// The share of the machine's memory that pages may take where nobody says how much.
    private static let usualShare = 4
    private static let longestSeconds = 86_400

    @Option(
        help: ArgumentHelp(
            "The most memory that keys and values of all requests and kept prompts may take. (default: a quarter of the machine's)",
            valueName: "size"))
    var pageBudget: ByteSize?

    @Option(help: ArgumentHelp("The largest request. (default: 64MiB)", valueName: "size"))
    var maxBody: ByteSize?

    @Option(help: ArgumentHelp("Connections that may be open; idle ones make room. (default: 4096)", valueName: "n"))
    var maxConnections: Int?

    @Option(help: ArgumentHelp("Seconds in which a request must have come whole. (default: 120)", valueName: "seconds"))
    var requestTimeout: Int?

    func validate() throws {
        if let maxConnections, !(1...1_000_000).contains(maxConnections) {
            throw ValidationError("--max-connections must be from 1 to 1000000, not \(maxConnections).")
        }
        if let requestTimeout, !(1...Self.longestSeconds).contains(requestTimeout) {
            throw ValidationError("--request-timeout must be from 1 to \(Self.longestSeconds) seconds, not \(requestTimeout).")
        }
    }

    var pageBudgetBytes: Int { pageBudget?.bytes ?? Int(ProcessInfo.processInfo.physicalMemory) / Self.usualShare }

    func apply(to options: inout ServerOptions) {
        if let maxBody { options.mostBodyBytes = maxBody.bytes }
        if let maxConnections { options.mostConnections = maxConnections }
        if let requestTimeout { options.requestTime = .seconds(requestTimeout) }
    }
}
