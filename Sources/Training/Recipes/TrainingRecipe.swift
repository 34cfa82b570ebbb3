import ModelFiles

/// What a recipe says, with all values checked and all defaults filled in.
package struct TrainingRecipe: Sendable {
    /// Where the model comes from.
    package enum Origin: Sendable {
        /// A GGUF file or a folder, and how many layers and key/value heads it is to have in place of its own.
        case existing(String, layers: Int?, keyValueHeads: Int?)
        /// A new one of these sizes, with the tokenizer of a file or a folder.
        case new(FreshModel.Sizes, tokenizer: String)
    }

    /// How long the training is.
    package enum Length: Sendable {
        case steps(Int), tokens(Int)
    }

    package struct Data: Sendable {
        package var texts: [String]
        package var joinsLines: Bool
        package var heldOutShare: Double
        /// One, or several that are mixed.
        package var streams: [Stream]
        /// One for each stream.
        package var weights: [Double]
        /// How streams are mixed; empty where there is only one.
        package var phases: [Phase]
        package var batchesPerStep: Int
    }

    /// Where sequences come from.
    package enum Stream: Sendable {
        case texts(TextStream)
        case lookups(LookupOptions, length: Int?, offsets: Bool)

        /// Tokens of a sequence, or of the longest; nil: the model's context.
        package var length: Int? {
            switch self {
            case .texts(let stream): stream.length
            case .lookups(_, let length, _): length
            }
        }
    }

    package struct TextStream: Sendable {
        package var packing: Packing
        package var length: Int?
        package var shortest: Int
        package var curriculum: LengthCurriculum
        package var cycles: Int
        package var offsets: Bool
    }

    package struct Phase: Sendable {
        /// Of all steps.
        package var share: Double
        /// One for each stream.
        package var streams: [Double]
        package var finalStreams: [Double]?
    }

    package struct Schedule: Sendable {
        package var kind: ScheduleKind
        package var rate: Double
        package var warmupSteps: Int
        package var decayShare: Double
        package var finalShare: Double
    }

    package struct Export: Sendable {
        package var mixes: [StorageMix]
        package var folder: Bool
    }

    package var path: String
    package var output: String
    package var origin: Origin
    package var name: String?
    package var options: TrainingOptions
    package var data: Data
    package var length: Length
    package var step: StepSize
    package var seed: UInt64
    package var optimizer: OptimizerKind
    package var optimizerOptions: AdamWOptions
    package var clip: Double?
    package var averagedShare: Double
    package var schedule: Schedule
    package var checkpointInterval: Int
    package var evaluationInterval: Int
    package var evaluationTokens: Int
    /// Cases of each class of lookups that are looked at each time; 0: none.
    package var evaluationLookups: Int
    package var export: Export
    /// What the result depends on, by key, as it is written.
    package var settings: [String: String]

    /// Steps of the optimizer.
    package var steps: Int {
        switch length {
        case .steps(let steps): steps
        case .tokens(let tokens): max(1, (tokens + step.tokens - 1) / step.tokens)
        }
    }

    package var learningRates: LearningRateSchedule {
        let curve: LearningRateSchedule.Curve =
            switch schedule.kind {
            case .constant: .constant
            case .cosine: .cosine
            case .stableThenDecay: .stableThenDecay(steps: Int(Double(steps) * schedule.decayShare))
            }
        return LearningRateSchedule(
            curve: curve, peak: schedule.rate, warmupSteps: schedule.warmupSteps, finalShare: schedule.finalShare, steps: steps)
    }

    /// The step from which on weights are averaged.
    package var averagesFrom: Int? { averagedShare > 0 ? Int(Double(steps) * (1 - averagedShare)) : nil }
}
