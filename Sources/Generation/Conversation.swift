import Attention
import Diagnostics
import KeyValues
import Models
import Synchronization
import Tokenizers

/// A conversation with no end: every turn is appended to one cache, and the method decides what stays in reach. With `segments` nothing
/// is kept but the words, which are gone over for each turn.
public final class Conversation: Sendable {
    public let model: Model
    let resolved: ResolvedReading
    /// All turns so far. A turn is read into a fork, which takes its place: one that was stopped half-way leaves no trace.
    private let cache: Mutex<KeyValueCache>
    private let transcript = Mutex(Transcript())
    private let marks: TurnMarks
    /// What a person should know about how turns are framed: sentences, of which there is none as a rule.
    public let notes: [String]

    /// - Parameter system: instructions that stand before the first turn.
    /// - Throws: a usage error for a method, cache type or frame that the model cannot serve.
    public init(model: Model, system: String? = nil, options: ReadingOptions) throws {
        self.model = model
        var options = try options.settled(tokens: nil, decoder: model.decoder, arena: model.arena)
        options.system = system ?? ""
        resolved = try ResolvedReading(options, decoder: model.decoder, answersOnly: true)
        try resolved.checkServesWithoutText()
        cache = try Mutex(resolved.makeCache(model.decoder, arena: model.arena))
        marks = try resolved.framing.marks(system: system)
        notes = resolved.notes + [marks.note].compactMap { $0 }.filter { [notes = resolved.notes] in !notes.contains($0) }
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
        if let segments = resolved.segments { return say(text, segments, options, cancellation) }
        return model.stream(cancellation) { model, cancellation, emit in
            let marks = self.marks, before = self.cache.withLock { $0 }, isFirst = before.tokenCount == 0
            let turn = ((isFirst ? marks.opening : marks.nextTurn) + [marks.user(text)] + marks.answerOpening).coalesced
            let prompt = try model.decoder.tokenizer.tokens(of: turn, beginning: isFirst ? marks : nil)
            var options = options
            options.stop += marks.stopStrings
            try self.resolved.checkWindow(
                tokens: before.tokenCount + prompt.count, reserved: options.maxTokens, decoder: model.decoder)
            let generator = Generator(
                decoder: model.decoder, policy: self.resolved.policy, positions: self.resolved.positions.name, options: options,
                cancellation: cancellation, trimsStart: true, keepsReply: true, endsOfTurn: marks.endsOfTurn)
            let after = before.fork()
            defer { if after.tokenCount >= before.tokenCount + prompt.count { self.cache.withLock { $0 = after } } }
            return try generator.generate(prompt: prompt, cache: after, emit: emit)
        }
    }

    /// Asks the conversation so far as a text.
    private func say(
        _ text: String, _ segments: Segments, _ options: GenerationOptions, _ cancellation: Cancellation
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        model.stream(cancellation) { model, cancellation, emit in
            let round = try self.transcript.withLock { $0 }.round(text, model: model, resolved: self.resolved)
            let tokenizer = model.decoder.tokenizer
            let prompt = try tokenizer.tokens(of: self.resolved.prompt.question(round.question))
            let request = AnswerRequest(progress: nil, cancellation: cancellation)
            let report = try model.answer(
                prompt: prompt, by: segments, about: round.reading, options: options, request: request, emit: emit)
            let next = try Transcript(after: round, reply: report.text, resolved: self.resolved, tokenizer: tokenizer)
            self.transcript.withLock { $0 = next }
            return report
        }
    }
}
