import Training

/// A task's examples for training in batches: generated ones one after the other, others in a new order each time all have been seen.
struct ArenaStream: BatchStream {
    struct State: Codable, Hashable, Sendable {
        /// Examples given so far.
        var examples = 0
    }

    var state = State()
    private let task: any ArenaTask
    private let examplesPerStep: Int
    private let packer: ArenaPacker
    private let seed: UInt64
    /// The order of the pass at hand.
    private var order: (pass: Int, places: [Int32])?

    init(_ task: any ArenaTask, examplesPerStep: Int, packer: ArenaPacker, seed: UInt64) {
        self.task = task
        self.examplesPerStep = examplesPerStep
        self.packer = packer
        self.seed = seed
    }

    mutating func next() -> [PackedBatch] {
        let examples = (0..<examplesPerStep).map { task.example(.training, place(state.examples + $0)) }
        state.examples += examplesPerStep
        return packer.batches(examples).map(\.batch)
    }

    private mutating func place(_ number: Int) -> Int {
        guard let count = task.trainingCount, count > 0 else { return number }
        let pass = number / count
        if order?.pass != pass {
            var random = CorpusRandom(seed: seed, pass)
            order = (pass, random.order(of: count))
        }
        return Int(order?.places[number % count] ?? 0)
    }
}

/// Brings examples into batches of about so many tokens, without padding.
struct ArenaPacker {
    /// Put before each text where its state is what counts; nil: nothing is.
    let first: Int32?
    let tokensPerBatch: Int

    func batches(_ examples: [ArenaExample]) -> [(batch: PackedBatch, labels: [Int])] {
        var batches: [(batch: PackedBatch, labels: [Int])] = []
        for example in examples {
            let tokens = example.texts.reduce(0) { $0 + $1.count + 1 }
            if batches.last.map({ $0.batch.tokens.count + tokens > tokensPerBatch }) ?? true { batches.append((PackedBatch(), [])) }
            let last = batches.count - 1
            for (place, text) in example.texts.enumerated() {
                batches[last].batch.append(classified: (first.map { [$0] } ?? []) + text, label: place == 0 ? example.label : nil)
            }
            batches[last].labels.append(example.label)
        }
        return batches
    }
}
