import Tokenizers

/// Cases to test a model with, none of whose values and names were trained on.
package enum LookupEvaluation: String, CaseIterable, Codable, Sendable {
    /// One key in a long text.
    case passkeys
    /// Facts in wordings that training shows.
    case seenWordings = "seen-wordings"
    /// Facts of relations, or in phrasings, that training does not show.
    case unseenWordings = "unseen-wordings"
    /// Questions that the text has no answer to.
    case refusals

    /// What the cases of this class are like.
    package func options(length: Int) -> LookupOptions {
        var options = LookupOptions(length: length)
        options.values = .heldOut
        options.questions = 1...1
        options.fillerShare = 0.6...0.95
        options.refusalShare = self == .refusals ? 1 : 0
        switch self {
        case .passkeys: options.kinds = [.passkey: 1]
        case .seenWordings: options.kinds = [.fact: 3, .lines: 1, .story: 1]
        case .unseenWordings:
            options.kinds = [.fact: 1]
            options.wordings = .heldOut
        case .refusals: options.kinds = [.fact: 3, .lines: 1, .passkey: 1]
        }
        return options
    }

    /// The cases, each one text with one question.
    /// - Parameter filler: of books that were not trained on.
    /// - Throws: `CorpusError`, as `LookupWriter`.
    package func cases(
        count: Int, length: Int, tokenizer: Tokenizer, filler: Filler, seed: UInt64 = 0
    ) throws(CorpusError) -> [LookupSequence] {
        let writer = try LookupWriter(options(length: length), tokenizer: tokenizer, filler: filler)
        var random = CorpusRandom(seed: seed, 4)
        var cases: [LookupSequence] = []
        for _ in 0..<count { cases.append(try writer.sequence(&random)) }
        return cases
    }
}

extension [LookupSequence] {
    /// The sequences in batches of at most so many tokens (a longer sequence is one by itself), in order; the answers alone count.
    package func packed(tokensPerBatch: Int) -> [PackedBatch] {
        var batches: [PackedBatch] = []
        for sequence in self {
            if let last = batches.last, last.tokens.count + sequence.tokens.count - 1 <= tokensPerBatch {
                batches[batches.count - 1].append(sequence.tokens, weights: sequence.weights)
            } else {
                var batch = PackedBatch()
                batch.append(sequence.tokens, weights: sequence.weights)
                batches.append(batch)
            }
        }
        return batches
    }
}
