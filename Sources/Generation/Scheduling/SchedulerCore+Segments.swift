import Diagnostics
import Models

/// A question that goes over the whole text of a reading.
struct SegmentsQuestion {
    let request: GenerationRequest
    let question: String
    let reading: Reading
    let segments: Segments
    let channel: ReplyChannel
}

extension SchedulerCore {
    /// A step, and then a question that goes over a whole text, if one waits. That takes many passes: between two of them come steps for all
    /// others, so that nobody waits for more than a segment.
    /// - Parameter exchange: takes how things stand, and gives what has come since.
    /// - Returns: whether there is more to do.
    func serve(
        _ model: isolated Model, _ arrivals: [Arrival], exchange: @escaping (SchedulerStatistics) -> [Arrival]
    ) -> Bool {
        let isBusy = step(model, arrivals)
        guard !questions.isEmpty else { return isBusy }
        let next = questions.removeFirst()
        isGoingOverText = true
        count()
        do {
            makeRoom(for: next, model)
            try answer(next, model) { _ = self.step(model, exchange(self.statistics)) }
            statistics.finished += 1
            next.channel.finish()
        } catch {
            if error is Interrupted { statistics.cancelled += 1 } else { statistics.failed += 1 }
            next.channel.finish(throwing: error)
        }
        isGoingOverText = false
        count()
        return true
    }

    private func answer(_ next: SegmentsQuestion, _ model: isolated Model, serveOthers: @escaping () -> Void) throws {
        let prompt = try model.decoder.tokenizer.tokens(of: next.reading.resolved.prompt.question(next.question, beginning: ""))
        for choice in 0..<next.request.count {
            let answer = AnswerRequest(progress: nil, cancellation: next.channel.cancellation, afterPart: serveOthers)
            let report = try model.answer(
                prompt: prompt, by: next.segments, about: next.reading, options: next.request.options, request: answer
            ) { text in
                next.channel.send(.piece(choice: choice, text: text, tokens: []))
                serveOthers()
            }
            next.channel.send(.finished(choice: choice, report: report))
            statistics.tokensGenerated += report.tokens.generated
        }
    }

    /// Lets go of prefixes for the one window that is read at a time.
    private func makeRoom(for next: SegmentsQuestion, _ model: isolated Model) {
        let resolved = next.reading.resolved
        let bytes = next.reading.cache.specs.reduce(0) { $0 + $1.bytes(tokens: resolved.window) }
        while model.arena.bytesInUse + bytes > options.pageBudget, prefixes.removeLeastRecent() {}
    }
}
