import Attention
import Diagnostics
import KeyValues
import Models
import Tokenizers

extension Model {
    /// Continues a text as it stands, without any frame.
    ///
    /// - Parameter cancellation: looked at between chunks and tokens; the stream then ends with `Interrupted`.
    /// - Returns: the continuation piece by piece; the last piece carries the report.
    public nonisolated func complete(
        _ prompt: [UInt8], reading: ReadingOptions = ReadingOptions(), options: GenerationOptions = GenerationOptions(),
        progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        stream(cancellation) { model, cancellation, emit in
            let tokens = try model.promptTokens(prompt)
            let reading = try reading.settled(
                tokens: tokens.count, reserved: options.maxTokens, decoder: model.decoder, arena: model.arena)
            let resolved = try ResolvedReading(reading, decoder: model.decoder)
            try resolved.checkServesWithoutText()
            try resolved.checkWindow(tokens: tokens.count, reserved: options.maxTokens, decoder: model.decoder)
            let cache = try resolved.makeCache(
                model.decoder, length: tokens.count + min(options.maxTokens, ResolvedReading.mostReserved), arena: model.arena)
            let generator = Generator(
                decoder: model.decoder, policy: resolved.policy, positions: resolved.positions.name, options: options,
                cancellation: cancellation)
            var report = try generator.generate(prompt: tokens, cache: cache, progress: progress, emit: emit)
            report.choice = resolved.choice
            return report
        }
    }

    /// The most likely next tokens after a prompt.
    ///
    /// - Returns: `count` tokens with their log-probabilities, most likely first.
    public func nextTokens(
        after prompt: [UInt8], count: Int, reading: ReadingOptions = ReadingOptions(), cancellation: Cancellation = Cancellation()
    ) throws -> [NextToken] {
        let tokens = try promptTokens(prompt)
        let reading = try reading.settled(tokens: tokens.count, decoder: decoder, arena: arena)
        let resolved = try ResolvedReading(reading, decoder: decoder)
        try resolved.checkServesWithoutText()
        try resolved.checkWindow(tokens: tokens.count, reserved: 0, decoder: decoder)
        let reader = Reader(decoder: decoder, policy: resolved.policy, cancellation: cancellation)
        let cache = try resolved.makeCache(decoder, length: tokens.count, arena: arena)
        guard let states = try reader.read(tokens[...], into: cache, wanted: .last) else { return [] }
        let logits = try decoder.logits(states)
        return try logits.withRow(0) { try LogProbabilities.mostLikely(count, in: $0) }.map { NextToken($0, tokenizer: decoder.tokenizer) }
    }

    /// - Throws: `EmptyPrompt` if the model has nothing to begin from.
    nonisolated func promptTokens(_ prompt: [UInt8]) throws -> [Int32] {
        let tokens = decoder.tokenizer.encode(prompt, addSpecial: true)
        guard !tokens.isEmpty else { throw EmptyPrompt() }
        return tokens
    }
}

/// One candidate for the next token.
public struct NextToken: Sendable, Codable {
    public let id: Int32
    public let text: String
    /// In nats.
    public let logProbability: Double
}

extension NextToken {
    init(_ token: TokenProbability, tokenizer: Tokenizer) {
        id = token.token
        text = String(decoding: tokenizer.piece(token.token), as: UTF8.self)
        logProbability = token.logProbability
    }
}

/// A prompt that comes as tokens names one that the model does not have.
struct ForeignToken: Failure {
    let token: Int32
    let vocabulary: Int

    var kind: FailureKind { .usage }
    var description: String { "The prompt has token \(token), and the model's tokens go from 0 to \(vocabulary - 1)." }
}

/// A prompt without any token, for a model that has no begin-of-text token either.
struct EmptyPrompt: Failure {
    var kind: FailureKind { .usage }
    var description: String { "The prompt is empty and this model has no begin-of-text token; give it at least one character." }
}
