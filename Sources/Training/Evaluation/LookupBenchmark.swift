import Diagnostics
import Tokenizers

/// Cases of one class, and how many of them a model answers word for word.
///
/// A case counts as answered if every token of the answer, its end included, is the most likely one behind those before it, which is what
/// greedy decoding comes to.
package struct LookupBenchmark: Sendable {
    package let kind: LookupEvaluation
    private let cases: [LookupSequence]
    /// The first token of the sentence that refuses to answer.
    private let refusal: Int32?

    /// - Parameters:
    ///   - filler: of texts that were not trained on.
    ///   - areChanged: whether each fact is given the value of another case, which the answer has to follow. What a model knows by heart,
    ///     or guesses from the wording, fails then.
    /// - Throws: `CorpusError`, as `LookupWriter`.
    package init(
        _ kind: LookupEvaluation, count: Int, length: Int, tokenizer: Tokenizer, filler: Filler, seed: UInt64 = 0, areChanged: Bool = false
    ) throws(CorpusError) {
        self.kind = kind
        let cases = try kind.cases(count: count, length: length, tokenizer: tokenizer, filler: filler, seed: seed)
        self.cases = areChanged ? cases.withExchangedValues : cases
        refusal = tokenizer.encode(" " + LookupTurn.refusal).first
    }

    package var count: Int { cases.count }

    /// - Parameters:
    ///   - tokensPerBatch: the most that are handed to the model at once.
    ///   - progress: told how many cases are done.
    package func score(
        _ predictor: some AnswerPredictor, tokensPerBatch: Int, progress: (Int) -> Void = { _ in },
        cancellation: Cancellation = Cancellation()
    ) throws -> LookupScore {
        var score = LookupScore(kind: kind), done = 0
        for batch in cases.packed(tokensPerBatch: tokensPerBatch) {
            try cancellation.check()
            var predictions = try predictor.predictions(of: batch)[...]
            for _ in batch.sequences {
                for answer in cases[done].answers {
                    add(Array(predictions.prefix(answer.range.count)), cases[done], answer, to: &score)
                    predictions = predictions.dropFirst(answer.range.count)
                }
                done += 1
            }
            progress(done)
        }
        return score
    }

    private func add(
        _ predicted: [Int32], _ sequence: LookupSequence, _ answer: LookupSequence.Answer, to score: inout LookupScore
    ) {
        let isCorrect = predicted == Array(sequence.reply(answer))
        score.add(isCorrect: isCorrect, depth: sequence.depth(of: answer), form: answer.form)
        if !answer.isRefusal, predicted.first == refusal { score.refused += 1 }
    }
}

/// How many cases were answered.
package struct LookupScore: Hashable, Sendable {
    /// Parts of the text, from its beginning to its end.
    package static let depths = 5

    package struct Count: Hashable, Sendable {
        package var cases = 0
        package var correct = 0
        package var accuracy: Double { cases > 0 ? Double(correct) / Double(cases) : 0 }

        mutating func add(_ isCorrect: Bool) {
            cases += 1
            correct += isCorrect ? 1 : 0
        }
    }

    package let kind: LookupEvaluation
    package private(set) var total = Count()
    /// By where in the text the answer stands.
    package private(set) var byDepth = Array(repeating: Count(), count: Self.depths)
    /// By what the answer stands in.
    package private(set) var byForm: [LookupForm: Count] = [:]
    /// Cases with an answer that the model said there was none to.
    package var refused = 0

    package init(kind: LookupEvaluation) { self.kind = kind }

    /// - Parameter depth: where the answer stands, from 0 to 1; nil where it does not stand in the text.
    mutating func add(isCorrect: Bool, depth: Double?, form: LookupForm?) {
        total.add(isCorrect)
        if let form { byForm[form, default: Count()].add(isCorrect) }
        guard let depth else { return }
        byDepth[min(Int(depth * Double(Self.depths)), Self.depths - 1)].add(isCorrect)
    }
}

// MARK: - Where answers stand

extension LookupSequence {
    /// The tokens of an answer without what ends it.
    fileprivate func words(_ answer: Answer) -> [Int32] { Array(reply(answer).dropLast()) }

    /// Where in the text the answer stands last, from 0 to 1.
    package func depth(of answer: Answer) -> Double? {
        guard !answer.isRefusal, let place = places(of: words(answer)).last else { return nil }
        return Double(place - text.lowerBound) / Double(text.count)
    }

    fileprivate func places(of words: [Int32]) -> [Int] {
        guard !words.isEmpty, text.count >= words.count else { return [] }
        return (text.lowerBound...text.upperBound - words.count).filter { tokens[$0..<$0 + words.count].elementsEqual(words) }
    }

    /// The same with another value in place of the answer, wherever the text and the answer have it.
    fileprivate func replacing(_ answer: Answer, by value: [Int32]) -> LookupSequence {
        var changed = tokens
        for place in places(of: words(answer)) + [answer.range.lowerBound] {
            changed.replaceSubrange(place..<place + value.count, with: value)
        }
        return LookupSequence(kind: kind, tokens: changed, weights: weights, answers: answers, text: text)
    }
}

extension [LookupSequence] {
    /// Each case with the value of another one that has as many tokens. Cases whose length no other has, or
    /// whose value is not the same tokens in the text, are left out.
    fileprivate var withExchangedValues: [LookupSequence] {
        var groups: [Int: [Int]] = [:]
        for (number, sequence) in enumerated() {
            if let answer = sequence.answers.first, !answer.isRefusal { groups[answer.range.count, default: []].append(number) }
        }
        return indices.compactMap { number in
            guard let answer = self[number].answers.first, let group = groups[answer.range.count], let place = group.firstIndex(of: number)
            else { return nil }
            let own = self[number].words(answer)
            guard !self[number].places(of: own).isEmpty else { return nil }
            let others = (1..<group.count).lazy.map { self[group[(place + $0) % group.count]] }
            guard let value = others.compactMap({ $0.answers.first.map($0.words) }).first(where: { $0 != own }) else { return nil }
            return self[number].replacing(answer, by: value)
        }
    }
}
