import Attention
import Diagnostics
import Foundation
import KeyValues
import Models
import Tensors
import Tokenizers

/// Continues a text: reads what of the prompt is new, then chooses one token after another.
struct Generator {
    let decoder: Decoder
    let policy: any AttentionPolicy
    /// The name of the position scheme, for the report.
    let positions: String
    let options: GenerationOptions
    let cancellation: Cancellation
    /// Whether white space before the first word is left out: an answer after "Answer:" begins with a space.
    var trimsStart = false
    /// Whether the last token of a reply that was cut off is read too, because the cache will go on being used.
    var keepsReply = false
    /// Special tokens that end the reply beside those that end it by the vocabulary.
    var endsOfTurn: [String] = []

    /// Generates after `prompt`, which is appended to `cache`; so are the generated tokens, all but the last.
    ///
    /// - Parameters:
    ///   - progress: receives how much of the prompt has been read.
    ///   - emit: receives the text as it comes, whole characters only, nothing of a stop string.
    /// - Throws: `Interrupted` between tokens; the cache then holds what was read and generated so far.
    func generate(
        prompt: [Int32], cache: KeyValueCache, observer: (any AttentionObserver)? = nil, progress: ProgressHandler? = nil,
        emit: (String) -> Void
    ) throws -> GenerationReport {
        let clock = ContinuousClock(), start = clock.now
        var report = GenerationReport()
        report.tokens.reused = cache.tokenCount
        report.tokens.prompt = cache.tokenCount + prompt.count

        let surprise = MeanSurprisal()
        var states = try begin(with: prompt, cache: cache, surprise: surprise, observer: observer, progress: progress)
        report.timing.readSeconds = start.duration(to: clock.now).seconds
        report.tokens.surprisal = surprise.mean

        var sampler = try Sampler(options.sampling)
        sampler.remember(prompt)
        var output = try TextOutput(tokenizer: decoder.tokenizer, after: prompt.last, stops: options.stop, trimsStart: trimsStart)
        var firstToken = clock.now
        let ends = decoder.tokenizer.endOfGeneration.union(endsOfTurn.compactMap(decoder.tokenizer.id(ofSpecial:)))
        while let current = states, report.tokens.generated < options.maxTokens {
            try cancellation.check()
            let token = try chooseToken(after: current, &sampler)
            if report.tokens.generated == 0 { firstToken = clock.now }
            if ends.contains(token) {
                report.stopReason = .endOfText
                break
            }
            report.tokens.generated += 1
            if output.append(token, emit: emit) {
                report.stopReason = .stopString
                break
            }
            guard report.tokens.generated < options.maxTokens || keepsReply else { break }
            states = try reader.read([token], into: cache, wanted: .last, observer: observer)
        }
        output.finish(emit: emit)
        settle(&report, output.text, cache, readUntil: start.duration(to: firstToken), generating: firstToken.duration(to: clock.now))
        return report
    }

    private var reader: Reader { Reader(decoder: decoder, policy: policy, cancellation: cancellation) }

    /// Reads the prompt as the beginning of a turn, its last token by itself: the first word of the reply rests on what that token sees, and
    /// methods that choose keys for many queries together would choose it by the whole question's.
    private func begin(
        with prompt: [Int32], cache: KeyValueCache, surprise: MeanSurprisal, observer: (any AttentionObserver)?, progress: ProgressHandler?
    ) throws -> Tensor? {
        policy.beginRound(in: cache)
        var reader = reader
        reader.surprised = { surprise.add($0) }
        try reader.read(prompt.dropLast(), into: cache) { count in
            progress?(Progress("Reading the prompt", completed: count, total: prompt.count))
        }
        return try reader.read(prompt.suffix(1), into: cache, wanted: .last, observer: observer)
    }

    private func chooseToken(after states: Tensor, _ sampler: inout Sampler) throws -> Int32 {
        let logits = try decoder.logits(states)
        return try logits.withRow(0) { row throws(SamplingError) in try sampler.next(logits: row) }
    }

    private func settle(
        _ report: inout GenerationReport, _ text: String, _ cache: KeyValueCache, readUntil first: Duration, generating: Duration
    ) {
        report.text = text
        report.method = policy.name
        report.positions = positions
        report.timing.firstTokenSeconds = first.seconds
        let later = report.tokens.generated - 1
        report.timing.tokensPerSecond = later > 0 ? Double(later) / max(generating.seconds, 1e-9) : 0
        report.tokens.visited = decoder.visitedKeys(in: cache)
        report.tokens.dropped = cache.droppedTokens
    }
}

/// How surprising the tokens of a prompt were on average.
private final class MeanSurprisal {
    private var sum = 0.0
    private var count = 0

    func add(_ surprisals: [Float?]) {
        for surprisal in surprisals.compactMap(\.self) {
            sum += Double(surprisal)
            count += 1
        }
    }

    /// Nil where nobody asked.
    var mean: Double? { count > 0 ? sum / Double(count) : nil }
}

/// Tokens to text as it may be shown: whole characters, and nothing that might still become a stop string.
private struct TextOutput {
    private var decoder: StreamingDecoder
    private var stops: StopStrings
    /// Whether what comes next is the beginning, of which white space is left out.
    private var trimsStart: Bool
    private(set) var text = ""

    init(tokenizer: Tokenizer, after previous: Int32?, stops: [String], trimsStart: Bool) throws {
        decoder = tokenizer.makeStreamingDecoder(after: previous)
        self.stops = try StopStrings(stops)
        self.trimsStart = trimsStart
    }

    /// - Returns: whether a stop string has appeared.
    mutating func append(_ token: Int32, emit: (String) -> Void) -> Bool {
        show(stops.append(decoder.append(token)), emit)
        return stops.isStopped
    }

    mutating func finish(emit: (String) -> Void) {
        guard !stops.isStopped else { return }
        show(stops.append(decoder.finish()), emit)
        show(stops.finish(), emit)
    }

    private mutating func show(_ release: StopStrings.Release, _ emit: (String) -> Void) {
        let piece = trimsStart ? String(release.text.drop { $0.isWhitespace }) : release.text
        guard !piece.isEmpty else { return }
        trimsStart = false
        text += piece
        emit(piece)
    }
}
