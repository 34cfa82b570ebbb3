/// How many tokens one step of training goes through, and how many at a time.
package struct StepSize: Codable, Hashable, Sendable {
    /// Inputs of one optimizer step.
    package let tokens: Int
    /// The most that are gone through at once, if sequences allow; more need more memory.
    package let tokensPerPart: Int

    package init(tokens: Int, tokensPerPart: Int? = nil) {
        self.tokens = tokens
        self.tokensPerPart = tokensPerPart ?? tokens
    }

    /// Sequences of this length in one step.
    /// - Throws: `CorpusError.notASetting` where they do not fill it exactly.
    func sequences(of length: Int) throws(CorpusError) -> Int {
        guard length > 0, tokens > 0, tokens % length == 0 else {
            throw .notASetting(name: "tokens per step", value: "\(tokens)", allowed: "a multiple of the sequence length \(length)")
        }
        return tokens / length
    }

    /// One batch for each run of sequences that are gone through together.
    func parts<Item>(_ sequences: [Item], length: Int, _ add: (Item, inout PackedBatch) -> Void) -> [PackedBatch] {
        let together = max(1, tokensPerPart / length)
        return stride(from: 0, to: sequences.count, by: together).map { start in
            var batch = PackedBatch()
            for item in sequences[start..<min(start + together, sequences.count)] { add(item, &batch) }
            return batch
        }
    }
}

/// Where the positions of sequences begin: at 0, or anywhere such that they end within the window.
package struct PositionOffsets: Codable, Hashable, Sendable {
    /// The longest context that the model is for; nil: positions begin at 0.
    package let window: Int?

    package init(window: Int? = nil) { self.window = window }

    /// The first position of a sequence, which depends on the seed and the path alone.
    func first(length: Int, seed: UInt64, _ epoch: Int, _ sequence: Int) -> Int {
        guard let window, window > length else { return 0 }
        var random = CorpusRandom(seed: seed, 0x6F66_6673, epoch, sequence)
        return random.below(window - length + 1)
    }
}
