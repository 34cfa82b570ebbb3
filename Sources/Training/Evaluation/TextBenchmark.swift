import Diagnostics
import Foundation
import Tokenizers

/// How well a model predicts a text, in stretches that are read one by one.
package struct TextBenchmark: Sendable {
    private let name: String
    private let stretches: [ArraySlice<Int32>]
    private let tokenizer: Tokenizer

    /// - Parameters:
    ///   - length: tokens of a stretch.
    ///   - tokens: the most of the text; nil: all.
    package init(_ text: CorpusText, tokenizer: Tokenizer, length: Int, tokens: Int? = nil) {
        name = text.name
        self.tokenizer = tokenizer
        let all = tokenizer.encode(text.bytes).prefix(tokens ?? .max)
        // The last token of a stretch is the first of the next, so that only the first of the text is never predicted.
        stretches = stride(from: 0, to: all.count - 1, by: length).map { all[$0..<min($0 + length + 1, all.count)] }
    }

    package func score(
        _ predictor: EnginePredictor, progress: ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws -> TextScore {
        var score = TextScore(name: name)
        for (done, stretch) in stretches.enumerated() {
            try cancellation.check()
            var batch = PackedBatch()
            batch.append(stretch)
            score.loss += try predictor.loss(of: batch)
            score.tokenCount += stretch.count - 1
            // Some tokenizers leave out the space before the first word, whichever that is.
            score.byteCount += tokenizer.decode(Array(stretch)).count - tokenizer.decode(Array(stretch.prefix(1))).count
            progress(Progress("Predicting", completed: done + 1, total: stretches.count, unit: "stretches"))
        }
        return score
    }
}

/// What came of it.
package struct TextScore: Sendable {
    package let name: String
    package internal(set) var loss = LossSum()
    package internal(set) var tokenCount = 0
    /// Of what was predicted.
    package internal(set) var byteCount = 0

    package var bitsPerByte: Double { byteCount > 0 ? loss.sum / log(2) / Double(byteCount) : 0 }
}
