/// Batches of several streams in shares that change in the course of training.
///
/// A step is made of so many batches of the streams, each of one of them. Which stream comes next follows from the shares without chance:
/// the one that has had least of what it should have had, so that every stretch of the run has its shares to within a batch.
package struct MixedStream: BatchStream {
    /// Some steps of the run and the shares in them.
    package struct Phase: Codable, Hashable, Sendable {
        package let steps: Int
        /// One for each stream; what counts is how they relate to each other.
        package let shares: [Double]
        /// The shares at the end of the phase, towards which they change evenly; nil: they stay.
        package let finalShares: [Double]?

        package init(steps: Int, shares: [Double], finalShares: [Double]? = nil) {
            self.steps = steps
            self.shares = shares
            self.finalShares = finalShares
        }
    }

    package struct State: Codable, Hashable, Sendable {
        package var step = 0
        /// What each stream should have had less what it has had, in batches.
        package var credits: [Double]
        package var streams: [CorpusStream.State]
    }

    private var streams: [CorpusStream]
    private let weights: [Float]
    private let phases: [Phase]
    private let batchesPerStep: Int
    private let tokensPerPart: Int
    private var step = 0
    private var credits: [Double]

    /// - Parameters:
    ///   - streams: whose steps are the batches that are mixed here; they should be of the same size.
    ///   - weights: how much the loss of each stream's tokens counts, one for each.
    ///   - phases: one after the other; the shares at the end of the last hold for the rest of the run.
    ///   - tokensPerPart: the most that are gone through at once: batches are joined up to there, which saves work that comes with each.
    /// - Throws: `CorpusError.notASetting` for shares that are not one number, at least 0, for each stream, and not all 0.
    package init(_ streams: [CorpusStream], weights: [Float], phases: [Phase], batchesPerStep: Int, tokensPerPart: Int) throws(CorpusError)
    {
        guard !streams.isEmpty, weights.count == streams.count, !phases.isEmpty, batchesPerStep > 0 else {
            throw .notASetting(name: "a mixture", value: "empty", allowed: "of at least one stream, one phase and one batch a step")
        }
        for phase in phases {
            for shares in [phase.shares, phase.finalShares ?? phase.shares] {
                guard phase.steps > 0, shares.count == streams.count, shares.allSatisfy({ $0 >= 0 && $0.isFinite }),
                    shares.contains(where: { $0 > 0 })
                else {
                    throw .notASetting(
                        name: "the shares of a phase", value: "\(shares) for \(phase.steps) steps",
                        allowed: "\(streams.count) numbers of at least 0, not all 0, for at least 1 step")
                }
            }
        }
        self.streams = streams
        self.weights = weights
        self.phases = phases
        self.batchesPerStep = batchesPerStep
        self.tokensPerPart = tokensPerPart
        credits = streams.map { _ in 0 }
    }

    package var state: State {
        get { State(step: step, credits: credits, streams: streams.map(\.state)) }
        set {
            step = newValue.step
            credits = newValue.credits
            for (number, state) in newValue.streams.enumerated() where streams.indices.contains(number) { streams[number].state = state }
        }
    }

    package func fits(_ state: State) -> Bool {
        state.step >= 0 && state.credits.count == streams.count && state.streams.count == streams.count
            && zip(streams, state.streams).allSatisfy { $0.fits($1) }
    }

    /// The share of each stream in a step; their sum is 1.
    package func shares(atStep step: Int) -> [Double] {
        let (phase, start) = phase(atStep: step)
        let progress = min(Double(step - start) / Double(phase.steps), 1)
        let shares = zip(phase.shares, phase.finalShares ?? phase.shares).map { $0 + ($1 - $0) * progress }
        let total = shares.reduce(0, +)
        return shares.map { $0 / total }
    }

    /// The phase that a step is in, and its first step.
    private func phase(atStep step: Int) -> (phase: Phase, start: Int) {
        var start = 0
        for phase in phases.dropLast() {
            if step < start + phase.steps { return (phase, start) }
            start += phase.steps
        }
        return (phases[phases.count - 1], start)
    }

    package mutating func next() throws -> [PackedBatch] {
        let shares = shares(atStep: step)
        var batches: [PackedBatch] = []
        for _ in 0..<batchesPerStep {
            for number in streams.indices { credits[number] += shares[number] }
            // A stream without a share has its turn neither now nor for what it is still owed.
            guard let chosen = streams.indices.filter({ shares[$0] > 0 }).max(by: { credits[$0] < credits[$1] }) else { break }
            credits[chosen] -= 1
            for part in try streams[chosen].next() { add(part.weighted(by: weights[chosen]), to: &batches) }
        }
        step += 1
        return batches
    }

    package func samples() throws -> [[PackedBatch]] {
        try streams.map { stream in
            var copy = stream
            return try copy.next()
        }
    }

    private func add(_ part: PackedBatch, to batches: inout [PackedBatch]) {
        if let last = batches.last, last.tokens.count + part.tokens.count <= tokensPerPart {
            batches[batches.count - 1].append(part)
        } else {
            batches.append(part)
        }
    }
}
