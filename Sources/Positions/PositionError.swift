import Diagnostics

/// Why a position scheme cannot be used.
package enum PositionError: Failure, Hashable {
    case unknownScheme(String, known: [String])
    case badOption(scheme: String, option: String, usage: String, range: ClosedRange<Double>)
    case tooManyOptions(scheme: String, usage: String)
    case optionMissing(scheme: String, usage: String)
    case noFactorLists
    case badNetwork(file: String, reason: String)
    case pairsDiffer(file: String, pairs: Int, needed: Int)
    case cannotServe(scheme: String, reason: String)

    package var kind: FailureKind {
        switch self {
        case .badNetwork: .badData
        default: .usage
        }
    }

    package var description: String {
        switch self {
        case .unknownScheme(let name, let known):
            "There is no position scheme \"\(name)\"; choose one of \(known.joined(separator: ", "))."
        case .badOption(let scheme, let option, let usage, let range):
            "\"\(option)\" is no option of the position scheme \(scheme); write \(usage) with a number from \(range.lowerBound.shortest) to "
                + "\(range.upperBound.shortest)."
        case .tooManyOptions(let scheme, let usage):
            "The position scheme \(scheme) has fewer options than were given; write \(usage)."
        case .optionMissing(let scheme, let usage):
            "The position scheme \(scheme) needs to know how far it shall go; write \(usage), or name the length with --context-length."
        case .noFactorLists:
            "The position scheme longrope needs factors for each pair, and this model brings none; choose another, such as yarn:4."
        case .badNetwork(let file, let reason):
            "\(file): this holds no network of CLEX: \(reason)."
        case .pairsDiffer(let file, let pairs, let needed):
            "\(file): the network of CLEX is for \(pairs) pairs of dimensions, but heads of this model turn \(needed)."
        case .cannotServe(let scheme, let reason):
            "The position scheme \(scheme) cannot serve this model: \(reason); leave --positions out."
        }
    }
}
