import Training

/// Examples of lengths from 1 to the longest that is trained, each as likely as the next.
struct LengthStream: BatchStream {
    struct State: Codable, Hashable, Sendable {
        /// Examples given so far.
        var examples = 0
    }

    var state = State()
    let task: any LengthTask
    let vocabulary: LengthVocabulary
    let longest: Int
    let examplesPerStep: Int
    let seed: UInt64

    mutating func next() -> [PackedBatch] {
        var batch = PackedBatch()
        for number in state.examples..<state.examples + examplesPerStep {
            var random = CorpusRandom(seed: seed, 0, number)
            let length = random.within(1...longest), text = vocabulary.text(of: task.example(length: length, &random))
            batch.append(text.tokens, weights: text.weights)
        }
        state.examples += examplesPerStep
        return [batch]
    }
}
