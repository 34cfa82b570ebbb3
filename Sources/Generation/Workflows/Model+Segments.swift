import Attention
import Diagnostics
import KeyValues
import Models

extension Model {
    /// Answers a question from those segments of a text that tell the model most.
    ///
    /// A text that fits the window together with the question is read as it is.
    /// - Parameter prompt: the question as it follows the text, up to where the reply begins.
    func answer(
        prompt: [Int32], by segments: Segments, about reading: Reading, options: GenerationOptions, request: AnswerRequest,
        emit: (String) -> Void
    ) throws -> GenerationReport {
        let clock = ContinuousClock(), start = clock.now
        let text = reading.text, window = reading.resolved.window
        let reserved = min(options.maxTokens, ResolvedReading.mostReserved)
        var shown = [0..<text.textTokens], scored: [ScoredSegment] = [], method = Segments.name
        if text.tokens.count + prompt.count + reserved > window {
            let cut = try segments.cut(window: window, frame: text.openingTokens + prompt.count, reserved: reserved)
            let ranges = cut.segments(of: text.textTokens)
            let judgements = try SegmentReader(decoder: decoder, arena: arena, reading: reading, prompt: prompt, request: request)
                .judgements(of: ranges)
            let contrasts = SegmentJudgement.contrasts(judgements)
            let chosen = cut.chosen(entropies: judgements.map(\.entropy), contrasts: contrasts)
            scored = ranges.indices.map {
                text.scored(ranges[$0], entropy: judgements[$0].entropy, contrast: contrasts[$0], isKept: chosen.contains($0))
            }
            shown = SegmentCut.merged(chosen.map { ranges[$0] })
            method = cut.name
        }
        let scoring = start.duration(to: clock.now).seconds
        var report = try answer(prompt: prompt, from: shown, about: reading, options: options, request: request, emit: emit)
        report.timing.readSeconds += scoring
        report.timing.firstTokenSeconds += scoring
        report.method = method
        report.choice = reading.resolved.choice
        report.segments = scored
        return report
    }

    /// Reads some runs of a text as if they were all of it, and goes on with an answer.
    func answer(
        prompt: [Int32], from shown: [Range<Int>], about reading: Reading, options: GenerationOptions, request: AnswerRequest,
        emit: (String) -> Void
    ) throws -> GenerationReport {
        let clock = ContinuousClock(), start = clock.now
        let text = reading.text, resolved = reading.resolved
        let tokens = text.tokens[..<text.openingTokens] + shown.flatMap { text.content($0) }
        let cache = try resolved.makeCache(decoder, arena: arena)
        try Reader(decoder: decoder, policy: resolved.policy, cancellation: request.cancellation).read(tokens, into: cache) { _ in
            request.afterPart()
        }
        let evidence =
            options.sources > 0 ? Evidence(decoder: decoder, heads: try retrievalHeads(), text: text, shown: shown) : nil
        let reading = start.duration(to: clock.now).seconds
        let generator = Generator(
            decoder: decoder, policy: resolved.policy, positions: resolved.positions.name, options: resolved.prompt.stopping(options),
            cancellation: request.cancellation, trimsStart: true, endsOfTurn: resolved.prompt.marks.endsOfTurn)
        var report = try generator.generate(prompt: prompt, cache: cache, observer: evidence, emit: emit)
        report.tokens.reused = 0
        report.timing.readSeconds += reading
        report.timing.firstTokenSeconds += reading
        report.sources = evidence?.passages(options.sources) ?? []
        return report
    }
}

/// Who waits for an answer: where progress goes, and what ends it early.
struct AnswerRequest {
    var progress: ProgressHandler?
    var cancellation: Cancellation
    /// Called behind each segment and each chunk of what is read for the answer: others may use the model then.
    var afterPart: () -> Void = {}
}

/// Reads segments one by one, each as if it were the whole text.
private struct SegmentReader {
    let decoder: Decoder
    let arena: PageArena
    let reading: Reading
    /// What follows each segment: the question.
    let prompt: [Int32]
    let request: AnswerRequest

    /// What the model expects after each segment and the question.
    func judgements(of segments: [Range<Int>]) throws -> [SegmentJudgement] {
        let text = reading.text
        let reader = Reader(decoder: decoder, policy: reading.resolved.policy, cancellation: request.cancellation)
        let opening = try reading.resolved.makeCache(decoder, arena: arena)
        try reader.read(text.tokens[..<text.openingTokens], into: opening)
        report(0)
        return try segments.map { segment in
            let states = try reader.read(text.content(segment) + prompt, into: opening.fork(), wanted: .last)
            guard let states else { return .unknown }
            let logits = try decoder.logits(states)
            let judgement = try logits.withRow(0) { row throws(SamplingError) in try SegmentJudgement(row) }
            report(segment.upperBound)
            request.afterPart()
            return judgement
        }
    }

    private func report(_ completed: Int) {
        let activity = "Judging segments of " + reading.text.documents.summary
        request.progress?(Progress(activity, completed: completed, total: reading.text.textTokens))
    }
}

extension ReadText {
    /// Tokens of the text without the opening.
    func content(_ tokens: Range<Int>) -> ArraySlice<Int32> {
        self.tokens[openingTokens + tokens.lowerBound..<openingTokens + tokens.upperBound]
    }

    /// A segment of the text with the bytes that it stands for.
    fileprivate func scored(_ segment: Range<Int>, entropy: Double, contrast: Double, isKept: Bool) -> ScoredSegment {
        let start = segment.lowerBound == 0 ? 0 : ends[segment.lowerBound - 1]
        let places = documents.sources(of: start..<ends[segment.upperBound - 1]).map {
            ScoredSegment.Place(file: $0.name, start: $0.range.lowerBound, end: $0.range.upperBound)
        }
        return ScoredSegment(places: places, entropy: entropy, contrast: contrast, isKept: isKept)
    }
}

extension DocumentPrompt {
    /// Options that also end where the frame says that the answer is over.
    func stopping(_ options: GenerationOptions) -> GenerationOptions {
        var options = options
        options.stop += stopStrings
        return options
    }
}
