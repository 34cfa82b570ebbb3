/// Batches of sequences of one length each, every one a piece of a single document: dataset decomposition with a curriculum of lengths.
///
/// An epoch is some cycles, and a cycle owns its share of the batches of every bucket. At each step a bucket is drawn among those that the
/// cycle has batches left of, with a probability in proportion to its batches in the cycle times its odds; the cycle ends when all are
/// used. Several cycles keep the end of training from seeing nothing but one length. Every step takes the same number of tokens, all from
/// one bucket.
package struct DecompositionStream: BatchStream {
    package struct Options: Hashable, Sendable {
        /// Exponents of the lengths.
        package var exponents: ClosedRange<Int>
        package var step: StepSize
        package var curriculum = LengthCurriculum.growP2
        /// Of an epoch.
        package var cycles = 8
        /// Whether long documents are cut into pieces of all lengths at random.
        package var randomizes = true
        package var offsets = PositionOffsets()
        package var seed: UInt64 = 0

        package init(exponents: ClosedRange<Int>, step: StepSize) {
            self.exponents = exponents
            self.step = step
        }
    }

    package struct State: Codable, Hashable, Sendable {
        package var epoch = 0
        package var cycle = 0
        /// Batches of this epoch that have been given, by bucket.
        package var used: [Int]
        /// Draws the buckets.
        package var random: CorpusRandom
    }

    package let options: Options
    package let decomposition: DatasetDecomposition
    package var state: State {
        didSet { if oldValue.epoch != state.epoch { shuffle() } }
    }

    private let corpus: TokenCorpus
    /// By bucket: sequences of a batch, and whole batches of an epoch.
    private let sequenceCounts: [Int]
    private let batchCounts: [Int]
    private let odds: [Double]
    /// By bucket: the order of its pieces in this epoch.
    private var orders: [[Int32]] = []

    /// - Throws: `CorpusError` where no bucket fills a step, or sequences do not fill a step exactly.
    package init(_ corpus: TokenCorpus, options: Options) throws(CorpusError) {
        guard (1...30).contains(options.exponents.lowerBound), options.exponents.upperBound <= 30 else {
            throw .notASetting(name: "an exponent of lengths", value: "\(options.exponents)", allowed: "from 1 to 30")
        }
        guard options.cycles > 0 else {
            throw .notASetting(name: "the number of cycles", value: "\(options.cycles)", allowed: "at least 1")
        }
        self.corpus = corpus
        self.options = options
        decomposition = DatasetDecomposition(
            corpus, exponents: options.exponents, randomizes: options.randomizes, seed: options.seed)
        var counts: [Int] = []
        for exponent in options.exponents { counts.append(try options.step.sequences(of: 1 << exponent)) }
        sequenceCounts = counts
        batchCounts = zip(decomposition.buckets, counts).map { $0.count / $1 }
        guard batchCounts.contains(where: { $0 > 0 }) else {
            throw .tooLittle(stream: "largest bucket", found: decomposition.inputCounts.max() ?? 0, needed: options.step.tokens)
        }
        odds = options.curriculum.odds(count: options.exponents.count)
        state = State(used: options.exponents.map { _ in 0 }, random: CorpusRandom(seed: options.seed, 1))
        shuffle()
    }

    /// Batches of each bucket in a cycle.
    package func batches(inCycle cycle: Int) -> [Int] {
        batchCounts.map { ($0 * (cycle + 1)) / options.cycles - ($0 * cycle) / options.cycles }
    }

    package var stepsPerEpoch: Int { batchCounts.reduce(0, +) }

    /// Whether the state can be one of this stream.
    package func fits(_ state: State) -> Bool {
        state.epoch >= 0 && (0..<options.cycles).contains(state.cycle) && state.used.count == batchCounts.count
            && zip(state.used, batchCounts).allSatisfy { (0...$1).contains($0) }
    }

    package mutating func next() -> [PackedBatch] {
        let weights = chances()
        guard weights.contains(where: { $0 > 0 }) else {
            beginNextCycle()
            return next()
        }
        return takeBatch(of: state.random.place(weights: weights))
    }

    /// By bucket: how likely the next batch is to be of it; 0 for those that this cycle has no more of.
    private func chances() -> [Double] {
        let owned = batches(inCycle: state.cycle)
        return owned.indices.map { bucket in
            let end = batchCounts[bucket] * (state.cycle + 1) / options.cycles
            return state.used[bucket] < end ? Double(owned[bucket]) * odds[bucket] : 0
        }
    }

    private mutating func beginNextCycle() {
        var following = state
        following.cycle += 1
        if following.cycle == options.cycles {
            following.cycle = 0
            following.epoch += 1
            following.used = following.used.map { _ in 0 }
        }
        state = following
    }

    private mutating func takeBatch(of bucket: Int) -> [PackedBatch] {
        let count = sequenceCounts[bucket], start = state.used[bucket] * count, length = 1 << (options.exponents.lowerBound + bucket)
        state.used[bucket] += 1
        let pieces = orders[bucket][start..<start + count].map { Int($0) }
        return options.step.parts(pieces, length: length) { piece, batch in
            let first = decomposition.buckets[bucket][piece]
            let position = options.offsets.first(length: length, seed: options.seed, state.epoch, first)
            batch.append(corpus.tokens[first...first + length], firstPosition: position)
        }
    }

    private mutating func shuffle() {
        orders = decomposition.buckets.enumerated().map { bucket, pieces in
            var random = CorpusRandom(seed: options.seed, 2, state.epoch, bucket)
            return random.order(of: pieces.count)
        }
    }
}
