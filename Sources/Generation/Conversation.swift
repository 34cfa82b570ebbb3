import Attention
import Diagnostics
import KeyValues
import Models
import Synchronization
import Tokenizers

/// A conversation with no end: every turn is appended to one cache, and the method decides what stays in reach.
public final class Conversation: Sendable {
    public let model: Model
    let resolved: ResolvedReading
    /// All turns so far. A turn is read into a fork, which takes its place: one that was stopped half-way leaves no trace.
    private let cache: Mutex<KeyValueCache>
    private let opening: [Int32]

    /// - Parameter system: instructions that stand before the first turn.
    /// - Throws: a usage error for a method, cache type or frame that the model cannot serve.
    public init(model: Model, system: String? = nil, options: ReadingOptions) throws {
        self.model = model
        resolved = try ResolvedReading(options, decoder: model.decoder)
        cache = Mutex(resolved.makeCache(model.decoder, arena: model.arena))
        let frame = resolved.prompt.frame
        opening = try model.decoder.tokenizer.tokens(of: frame.opening(system: system), beginning: frame)
    }

    /// Says something and streams the reply.
    ///
    /// A reply that is stopped stays in the conversation as far as it came; if what was said had not been read by then, it counts as not
    /// said.
    ///
    /// - Parameter cancellation: looked at between tokens; the stream then ends with `Interrupted`.
    public func say(
        _ text: String, options: GenerationOptions = GenerationOptions(), cancellation: Cancellation = Cancellation()
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        model.stream(cancellation) { model, cancellation, emit in
            let frame = self.resolved.prompt.frame, before = self.cache.withLock { $0 }, isFirst = before.tokenCount == 0
            let turn = ((isFirst ? [] : frame.endOfTurn) + frame.turn(.user, text) + frame.assistantOpening).coalesced
            let prompt = try (isFirst ? self.opening : []) + model.decoder.tokenizer.tokens(of: turn)
            var options = options
            options.stop += frame.stopStrings
            try self.resolved.checkWindow(
                tokens: before.tokenCount + prompt.count, reserved: options.maxTokens, decoder: model.decoder)
            let generator = Generator(
                decoder: model.decoder, policy: self.resolved.policy, options: options, cancellation: cancellation,
                trimsStart: true, keepsReply: true)
            let after = before.fork()
            defer { if after.tokenCount >= before.tokenCount + prompt.count { self.cache.withLock { $0 = after } } }
            return try generator.generate(prompt: prompt, cache: after, emit: emit)
        }
    }
}
