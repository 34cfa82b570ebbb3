import Diagnostics

/// Why a model or a batch cannot be differentiated.
package enum DifferentiationError: Failure {
    case noLayerForAdapters(targets: [String], known: [String])
    case badRank(Int)
    case badBatch(reason: String)
    case noGradient(of: String)

    package var kind: FailureKind {
        switch self {
        case .noLayerForAdapters, .badRank, .noGradient: .usage
        case .badBatch: .badData
        }
    }

    package var description: String {
        switch self {
        case .noLayerForAdapters(let targets, let known):
            "No linear layer has \(targets.map { "\"\($0)\"" }.joined(separator: " or ")) in its name; the model has \(known.joined(separator: ", "))."
        case .badRank(let rank): "Adapters of rank \(rank) cannot be trained; choose a rank of at least 1."
        case .noGradient(let part): "The model has \(part), which can be run but not trained; choose another to train."
        case .badBatch(let reason): "A batch of training data cannot be used: \(reason)."
        }
    }
}
