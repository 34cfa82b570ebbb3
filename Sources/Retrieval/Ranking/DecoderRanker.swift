import Diagnostics
import Generation

/// Has a language model order passages by their numbers, all at once or window by window.
package struct DecoderRanker: PassageRanker {
    private let model: Model
    private let ranking: ListwiseRanking
    private let reading: ReadingOptions
    private let words: Int
    private let progress: ProgressHandler?

    /// The words of a passage that are shown where nobody says how many.
    package static let usualWords = 100

    /// - Parameters:
    ///   - reading: how prompts are read; without a system text the usual one serves.
    ///   - words: the words of each passage that are shown, fewer where the window wants that.
    package init(
        model: Model, ranking: ListwiseRanking, reading: ReadingOptions = ReadingOptions(), words: Int = usualWords,
        progress: ProgressHandler? = nil
    ) {
        self.model = model
        self.ranking = ranking
        self.reading = reading
        self.words = words
        self.progress = progress
    }

    package func rank(
        _ query: String, id: String, candidates: [Candidate], cancellation: Cancellation
    ) async throws -> (ranking: Ranking, cost: RankingCost) {
        var cost = RankingCost()
        let calls = ranking.windows(count: candidates.count).count
        let order = try await ranking.order(count: candidates.count) { places in
            try cancellation.check("ranking passages")
            let passages = places.map { candidates[$0].passage }
            let order = try await timed(&cost) { try await ask(query, passages, cancellation) }
            cost += order.cost
            progress?(Progress("Ranking for \(id)", completed: cost.calls, total: calls, unit: "calls"))
            return order.places
        }
        return (candidates.ordered(order, query: id), cost)
    }

    /// Asks for an order of passages, each shown as far as there is room.
    private func ask(
        _ query: String, _ passages: [RankedPassage], _ cancellation: Cancellation
    ) async throws -> (places: [Int], cost: RankingCost) {
        var prompt = ListwisePrompt(query: query, passages: passages, words: words)
        let answer = model.decoder.tokenizer.encode(ListwisePrompt.answer(count: passages.count)).count
        while true {
            do {
                let report = try await reply(to: prompt.text, tokens: answer, cancellation)
                var cost = RankingCost()
                cost.tokensRead = report.tokens.prompt - report.tokens.reused
                cost.tokensGenerated = report.tokens.generated
                cost.calls = 1
                return (Permutation.parse(report.text.utf8, count: passages.count), cost)
            } catch WindowError.tooLong(let tokens, let reserved, let window, _, _) {
                // Told before anything is read.
                let excess = max(0, tokens + reserved - window)
                guard prompt.words > 1 else { throw RankingError.noRoom(passages: passages.count, window: window) }
                prompt.words = max(1, min(prompt.words, longest(passages)) - max(1, excess / (4 * passages.count)))
            }
        }
    }

    /// Taking words away from passages that have fewer would change nothing.
    private func longest(_ passages: [RankedPassage]) -> Int {
        passages.map { $0.text.split(whereSeparator: \.isWhitespace).count }.max() ?? 1
    }

    private func reply(to prompt: String, tokens: Int, _ cancellation: Cancellation) async throws -> GenerationReport {
        let conversation = try Conversation(model: model, system: reading.system ?? ListwisePrompt.system, options: reading)
        let options = GenerationOptions(maxTokens: tokens)
        for try await piece in conversation.say(prompt, options: options, cancellation: cancellation) {
            if let report = piece.report { return report }
        }
        throw Interrupted(activity: "ranking passages")
    }
}
