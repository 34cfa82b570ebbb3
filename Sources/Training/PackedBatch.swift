/// Sequences packed one behind the other, without padding: attention never crosses from one to the next.
package struct PackedBatch: Sendable, Equatable {
    /// A run of tokens that sees nothing of the others.
    package struct Sequence: Hashable, Sendable {
        /// Its tokens.
        package var count: Int
        /// The position of its first token: later positions are trained on short sequences, too, if some begin far out.
        package var firstPosition: Int

        package init(count: Int, firstPosition: Int = 0) {
            self.count = count
            self.firstPosition = firstPosition
        }
    }

    /// What goes in: `[tokens]`.
    package var tokens: [Int32]
    /// What is to follow each of them: `[tokens]`.
    package var targets: [Int32]
    /// How much the loss of each target counts: `[tokens]`; 0 for those that nobody is to learn.
    package var weights: [Float]
    /// In order, without gaps.
    package var sequences: [Sequence]

    package init(tokens: [Int32] = [], targets: [Int32] = [], weights: [Float] = [], sequences: [Sequence] = []) {
        self.tokens = tokens
        self.targets = targets
        self.weights = weights
        self.sequences = sequences
    }

    /// How much all targets count together.
    package var totalWeight: Double { weights.reduce(0) { $0 + Double($1) } }

    /// The rows of each sequence.
    package var ranges: [Range<Int>] {
        var start = 0
        return sequences.map { sequence in
            defer { start += sequence.count }
            return start..<start + sequence.count
        }
    }

    /// Adds a sequence of one more token than goes in: each token is the target of the one before it.
    /// - Parameters:
    ///   - weights: of the targets, one fewer than there are tokens; nil: 1 for each.
    ///   - others: by its place another target in place of the next token.
    package mutating func append(
        _ text: some Collection<Int32>, weights: [Float]? = nil, replacing others: [Int: Int32] = [:], firstPosition: Int = 0
    ) {
        precondition(text.count >= 2, "a sequence of \(text.count) tokens has no target")
        precondition(weights.map { $0.count == text.count - 1 } ?? true, "a weight for each target")
        let start = targets.count
        tokens += text.dropLast()
        targets += text.dropFirst()
        for (place, target) in others { targets[start + place] = target }
        self.weights += weights ?? Array(repeating: 1, count: text.count - 1)
        sequences.append(Sequence(count: text.count - 1, firstPosition: firstPosition))
    }

    /// The same with all weights so many times as large.
    package func weighted(by factor: Float) -> PackedBatch {
        guard factor != 1 else { return self }
        return PackedBatch(tokens: tokens, targets: targets, weights: weights.map { factor * $0 }, sequences: sequences)
    }

    /// Adds the sequences of another batch.
    package mutating func append(_ other: PackedBatch) {
        tokens += other.tokens
        targets += other.targets
        weights += other.weights
        sequences += other.sequences
    }
}
