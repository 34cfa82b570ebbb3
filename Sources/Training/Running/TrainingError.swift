import Diagnostics

/// Why a training cannot begin or go on.
package enum TrainingError: Failure, Equatable {
    /// A loss, a gradient or a weight is no number; `step` counts from 1, `saved` is the step of the last good checkpoint.
    case notFinite(Quantity, step: Int, saved: Int?, folder: String)
    /// The numbers to train, what the optimizer keeps of them and the activations of so many tokens are more than the machine's memory.
    case notEnoughMemory(weightBytes: Int, activationBytes: Int, tokens: Int, available: Int)
    /// A batch in which no target counts.
    case nothingToLearn(step: Int)
    case beingWritten(folder: String)
    /// There is a training in the folder, and nobody said whether to go on with it.
    case alreadyThere(folder: String, step: Int)
    case cannotCreate(folder: String, reason: String)
    /// The training in the folder was begun with other settings; `key` is one that differs.
    case otherRecipe(folder: String, key: String, before: String, now: String)
    case damagedCheckpoint(path: String, reason: String)
    /// The metrics file cannot be written.
    case cannotWrite(file: String, reason: String)

    package enum Quantity: String, Sendable {
        case loss, gradient, weight
    }

    package var kind: FailureKind {
        switch self {
        case .notFinite, .notEnoughMemory: .internal
        case .nothingToLearn, .damagedCheckpoint: .badData
        case .beingWritten, .alreadyThere, .otherRecipe: .usage
        case .cannotCreate, .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .notFinite(let quantity, let step, let saved, let folder):
            "A \(quantity.rawValue) of step \(step) is not a finite number; lower the learning rate or clip the gradient more. "
                + (saved.map { "The checkpoint of step \($0) in \(folder) is intact." } ?? "No checkpoint had been written yet.")
        case .notEnoughMemory(let weightBytes, let activationBytes, let tokens, let available):
            "This training takes about \(weightBytes >> 20) MiB of memory for weights and \(activationBytes >> 20) MiB for the activations of "
                + "\(tokens) tokens, and this machine has \(available >> 20) MiB; make part_tokens smaller, set recompute, or train adapters "
                + "or a smaller model."
        case .nothingToLearn(let step):
            "The batch of step \(step) has no target that counts; check the data of the recipe."
        case .beingWritten(let folder): "\(folder): another process is training there; wait for it or name another folder."
        case .alreadyThere(let folder, let step):
            "\(folder) holds a training already, at step \(step); pass --resume to go on with it, or --restart to begin anew in its place."
        case .cannotCreate(let folder, let reason): "\(folder): the folder cannot be made (\(reason))."
        case .otherRecipe(let folder, let key, let before, let now):
            "\(folder) was begun with another recipe: \(key) was \(before) and is \(now) now; put it back, or pass --restart to begin anew."
        case .damagedCheckpoint(let path, let reason): "\(path): the checkpoint cannot be used: \(reason)."
        case .cannotWrite(let file, let reason): "\(file): the file cannot be written (\(reason)); the last checkpoint is intact."
        }
    }
}
