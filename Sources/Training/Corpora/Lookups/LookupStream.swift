import Tokenizers

/// Batches of generated sequences, each different from all before it.
package struct LookupStream: BatchStream {
    package struct State: Codable, Hashable, Sendable {
        package var random: CorpusRandom
    }

    package var state: State
    package let writer: LookupWriter
    private let step: StepSize
    private let sequencesPerStep: Int

    /// - Throws: `CorpusError` where sequences do not fill a step exactly.
    package init(_ writer: LookupWriter, step: StepSize, seed: UInt64 = 0) throws(CorpusError) {
        self.writer = writer
        self.step = step
        sequencesPerStep = try step.sequences(of: writer.options.length)
        state = State(random: CorpusRandom(seed: seed, 3))
    }

    package mutating func next() throws(CorpusError) -> [PackedBatch] {
        var sequences: [(LookupSequence, position: Int)] = []
        for _ in 0..<sequencesPerStep {
            let sequence = try writer.sequence(&state.random)
            let seed = state.random.next()
            sequences.append((sequence, writer.options.offsets.first(length: writer.options.length, seed: seed, 0, 0)))
        }
        return step.parts(sequences, length: writer.options.length) { item, batch in
            batch.append(item.0.tokens, weights: item.0.weights, replacing: item.0.echoes, firstPosition: item.position)
        }
    }
}
