import Diagnostics

/// Why nothing can be planned.
package enum PlanningError: Failure, Hashable {
    case unknownMachine(String, known: [String])
    case badFigure(name: String, value: String, expected: String)
    case unknownFigure(String, known: [String])
    case missingFigure(String, usage: String)
    /// A file of measured rates that cannot be one.
    case damagedProfile(file: String, reason: String)

    package var kind: FailureKind {
        switch self {
        case .unknownMachine, .badFigure, .unknownFigure, .missingFigure: .usage
        case .damagedProfile: .badData
        }
    }

    package var description: String {
        switch self {
        case .unknownMachine(let name, let known):
            "There is no machine \"\(name)\"; name one of \(known.joined(separator: ", ")), or give --flops, --bandwidth, --memory and --link."
        case .badFigure(let name, let value, let expected):
            "\(value) cannot be the figure \(name): it must be \(expected)."
        case .unknownFigure(let name, let known):
            "\"\(name)\" is no figure of a model; there are \(known.joined(separator: ", "))."
        case .missingFigure(let name, let usage):
            "The figure \(name) is missing; give all of \(usage)."
        case .damagedProfile(let file, let reason):
            "\(file): \(reason); measure the machine again with apus plan --measure."
        }
    }
}
