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
        let numbers = state.examples..<state.examples + examplesPerStep
        state.examples = numbers.upperBound
        let examples = numbers.map { number in
            var random = CorpusRandom(seed: seed, 0, number)
            return task.example(length: random.within(1...longest), &random)
        }
        return [vocabulary.batch(of: examples)]
    }
}
