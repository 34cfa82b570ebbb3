import Diagnostics

/// What was asked for: all that is needed to run the same again.
package struct FitSettings: Codable, Hashable, Sendable {
    /// Tokens of the longest text, with a question and the reply.
    package let length: Int
    /// Facts of the last round.
    package var cases: Int
    package var seed: UInt64
    /// For all trials together.
    package var budgetSeconds: Double
    package var cacheType: String
    /// Bytes that keys and values may take.
    package var memoryLimit: Int?
    /// The command that runs it again; nil where no command ran it.
    package var command: String?

    package init(
        length: Int, cases: Int = 50, seed: UInt64 = 0, budgetSeconds: Double = 600, cacheType: String = "bf16", memoryLimit: Int? = nil,
        command: String? = nil
    ) {
        self.length = length
        self.cases = cases
        self.seed = seed
        self.budgetSeconds = budgetSeconds
        self.cacheType = cacheType
        self.memoryLimit = memoryLimit
        self.command = command
    }
}

/// Why a method cannot be chosen, or a profile not be used.
package enum FittingError: Failure {
    case nothingMeasured(length: Int, budgetSeconds: Double, needed: Double?)
    case allFailed(length: Int, reason: String)
    case noProfile(path: String)
    case damagedProfile(path: String, reason: String)
    case foreignProfile(path: String, model: String, other: String)
    case questionsOnly(path: String, method: String)

    package var kind: FailureKind {
        switch self {
        case .nothingMeasured, .allFailed, .foreignProfile, .questionsOnly: .usage
        case .noProfile: .missingInput
        case .damagedProfile: .badData
        }
    }

    package var description: String {
        switch self {
        case .nothingMeasured(let length, let budget, let needed):
            "Nothing could be measured at \(length) tokens within \(Int(budget.rounded())) seconds"
                + (needed.map { "; the cheapest trial would take about \(Int($0.rounded(.up))) more" } ?? "")
                + "; what was measured is kept, so the same command with a larger --budget goes on."
        case .allFailed(let length, let reason): "No method could be measured at \(length) tokens: \(reason)"
        case .noProfile(let path):
            "\(path): there is no profile that can be read; `apus fit` makes one for a model and a length."
        case .damagedProfile(let path, let reason):
            "\(path): this is no profile of `apus fit`: \(reason); make it anew, or leave --profile out."
        case .foreignProfile(let path, let model, let other):
            "\(path): the profile was made for the model \(model), and this is \(other); make one for it with `apus fit`, or leave --profile "
                + "out."
        case .questionsOnly(let path, let method):
            "\(path): the profile has only \(method), which serves `apus ask` alone; choose a method with --method."
        }
    }
}
