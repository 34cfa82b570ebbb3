import Attention
import Diagnostics
import Foundation
import KeyValues
import Models
import Tensors

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

        let manner = Reply.Manner(trimsStart: trimsStart, endsOfTurn: endsOfTurn)
        var reply = try Reply(options, after: prompt, tokenizer: decoder.tokenizer, manner: manner)
        var firstToken = clock.now
        while let current = states, reply.stopReason == nil {
            try cancellation.check()
            let logits = try decoder.logits(current)
            let token = try logits.withRow(0) { try reply.choose($0) }
            if reply.tokenCount == 0 { firstToken = clock.now }
            reply.say(token, emit: emit)
            guard reply.stopReason == nil || keepsReply && reply.stopReason == .length else { break }
            states = try reader.read([token], into: cache, wanted: .last, observer: observer)
        }
        reply.finish(emit: emit)
        report.settle(reply, cache: cache, decoder: decoder)
        report.method = policy.name
        report.positions = positions
        report.timing.settle(readUntil: start.duration(to: firstToken), generating: firstToken.duration(to: clock.now), reply: reply)
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
}

extension GenerationReport {
    /// Takes down what a reply came to.
    mutating func settle(_ reply: Reply, cache: KeyValueCache, decoder: Models.Decoder) {
        text = reply.text
        tokens.generated = reply.tokenCount
        stopReason = reply.stopReason ?? .length
        tokens.visited = decoder.visitedKeys(in: cache)
        tokens.dropped = cache.droppedTokens
        cacheBytes = cache.bytesInUse
    }
}

extension GenerationReport.Timing {
    /// - Parameters:
    ///   - first: until the first token was chosen.
    ///   - generating: what the tokens behind it took.
    mutating func settle(readUntil first: Duration, generating: Duration, reply: Reply) {
        firstTokenSeconds = first.seconds
        let later = reply.tokenCount - 1
        tokensPerSecond = later > 0 ? Double(later) / max(generating.seconds, 1e-9) : 0
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
