import Attention
import Diagnostics
import KeyValues
import Models
import Tokenizers

/// A conversation with no end: every turn is appended to one cache, and the method decides what stays in reach.
public final class Conversation: Sendable {
    public let model: Model
    let resolved: ResolvedReading
    /// Touched on the model's thread only.
    let cache: KeyValueCache
    private let opening: [Int32]

    /// - Parameter system: instructions that stand before the first turn.
    /// - Throws: a usage error for a method, cache type or frame that the model cannot serve.
    public init(model: Model, system: String? = nil, options: ReadingOptions) throws {
        self.model = model
        resolved = try ResolvedReading(options, decoder: model.decoder)
        cache = model.decoder.makeCache(resolved.spec, arena: model.arena)
        let frame = resolved.prompt.frame
        opening = try model.decoder.tokenizer.tokens(of: frame.opening(system: system), beginning: frame)
    }

    /// Says something and streams the reply.
    ///
    /// A reply that is stopped stays in the conversation as far as it came.
    ///
    /// - Parameter cancellation: looked at between tokens; the stream then ends with `Interrupted`.
    public func say(
        _ text: String, options: GenerationOptions = GenerationOptions(), cancellation: Cancellation = Cancellation()
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        model.stream(cancellation) { model, cancellation, emit in
            let frame = self.resolved.prompt.frame, isFirst = self.cache.tokenCount == 0
            let turn = ((isFirst ? [] : frame.endOfTurn) + frame.turn(.user, text) + frame.assistantOpening).coalesced
            let prompt = try (isFirst ? self.opening : []) + model.decoder.tokenizer.tokens(of: turn)
            var options = options
            options.stop += frame.stopStrings
            let reserved = prompt.count.addingSaturated(options.maxTokens)
            try self.resolved.checkWindow(tokens: self.cache.tokenCount, reserved: reserved, decoder: model.decoder)
            let generator = Generator(
                decoder: model.decoder, policy: self.resolved.policy, options: options, cancellation: cancellation,
                trimsStart: true)
            return try generator.generate(prompt: prompt, cache: self.cache, emit: emit)
        }
    }
}
