import Attention
import Diagnostics
import Documents
import KeyValues
import Models

/// A text that a model has read and can be asked about, as often as one likes: asking never changes it.
public final class Reading: Sendable {
    /// The model that read the text.
    public let model: Model
    let text: ReadText
    let resolved: ResolvedReading
    /// Touched on the model's thread only; every question forks it.
    let cache: KeyValueCache

    init(model: Model, text: ReadText, resolved: ResolvedReading, cache: KeyValueCache) {
        self.model = model
        self.text = text
        self.resolved = resolved
        self.cache = cache
    }

    /// Tokens that have been read, the frame's opening included.
    public var tokenCount: Int { text.tokens.count }

    /// The method that the text was read with.
    public var method: String { resolved.segments == nil ? resolved.policy.name : Segments.name }

    /// The position scheme that the text was read with.
    public var positions: String { resolved.positions.name }

    /// Tokens that are read already when a question is asked.
    public var tokensReadAhead: Int { resolved.segments == nil ? text.tokens.count : 0 }

    /// What a person should know about how the text is read: sentences, of which there is none as a rule.
    public var notes: [String] { resolved.notes }

    /// Answers a question about the text.
    ///
    /// - Parameters:
    ///   - progress: receives how far a method has come that goes over the text for each question.
    ///   - cancellation: looked at between tokens; the stream then ends with `Interrupted`.
    /// - Returns: the answer piece by piece; the last piece carries the report with the sources. Ending the iteration, or
    ///   cancelling its task, stops the generation.
    public func ask(
        _ question: String, options: GenerationOptions = GenerationOptions(), progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        ask(question, beginning: "", options: options, progress: progress, cancellation: cancellation)
    }

    /// Goes on with an answer that is begun already.
    ///
    /// - Parameter beginning: the answer's first words; they are not part of the reply.
    package func ask(
        _ question: String, beginning: String, options: GenerationOptions, progress: ProgressHandler? = nil, cancellation: Cancellation
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        model.stream(cancellation) { model, cancellation, emit in
            let prompt = try model.decoder.tokenizer.tokens(of: self.resolved.prompt.question(question, beginning: beginning))
            if let segments = self.resolved.segments {
                let request = AnswerRequest(progress: progress, cancellation: cancellation)
                return try model.answer(prompt: prompt, by: segments, about: self, options: options, request: request, emit: emit)
            }
            return try model.answer(prompt: prompt, about: self, options: options, cancellation: cancellation, emit: emit)
        }
    }

    /// Saves the reading into a folder, from which `Model.open` gets it back.
    ///
    /// - Throws: errors of writing, or where the folder holds another reading.
    public func save(to folder: String) async throws {
        try await model.save(self, to: folder)
    }
}

extension Model {
    func save(_ reading: Reading, to folder: String) throws {
        try ReadingWriter(beginning: reading, in: folder, maker: maker()).seal(reading.cache)
    }

    /// Reads a text into memory.
    public func read(_ text: String, method: AttentionMethod = .full, progress: ProgressHandler? = nil) throws -> Reading {
        try read(DocumentSet(text: text, name: "text"), options: ReadingOptions(method: method), progress: progress)
    }

    /// Reads documents, into memory or into a folder that can be opened again.
    ///
    /// - Parameters:
    ///   - folder: where to keep the reading; one that an earlier, interrupted run has begun is continued.
    ///   - reserved: tokens that will be needed after the text, for a question and its reply; a text that leaves too little
    ///     room is refused before it is read.
    ///   - cancellation: looked at between chunks; what was read by then is kept in the folder.
    /// - Throws: a usage error where the text is longer than the method can show to the model; `Interrupted`; errors of
    ///   writing.
    public func read(
        _ documents: DocumentSet, options: ReadingOptions = ReadingOptions(), into folder: String? = nil, reserved: Int = 0,
        progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) throws -> Reading {
        try read(options: options, into: folder, reserved: reserved, progress: progress, cancellation: cancellation) { prompt in
            try ReadText(documents, prompt: prompt, tokenizer: decoder.tokenizer)
        }
    }

    /// Reads a text that is made for the frame that the options stand for.
    func read(
        options: ReadingOptions, into folder: String? = nil, reserved: Int, progress: ProgressHandler?, cancellation: Cancellation,
        text: (DocumentPrompt) throws -> ReadText
    ) throws -> Reading {
        let begun = try begin(
            options: options, into: folder, reserved: reserved, progress: progress, cancellation: cancellation, text: text)
        // Segments are read when a question comes.
        if begun.reading.resolved.segments == nil { try read(begun) }
        return begun.reading
    }

    /// A reading of which nothing has been read yet, or what an interrupted run has left in the folder.
    func begin(
        options: ReadingOptions, into folder: String?, reserved: Int, progress: ProgressHandler?, cancellation: Cancellation,
        text: (DocumentPrompt) throws -> ReadText
    ) throws -> TextReading {
        let draft = try ResolvedReading(options.draft, decoder: decoder, answersOnly: folder == nil)
        let plain = try text(draft.prompt)
        let settled = try options.settled(
            tokens: plain.tokens.count, reserved: reserved, answersOnly: folder == nil, decoder: decoder, arena: arena)
        let resolved = settled.choice == nil ? draft : try ResolvedReading(settled, decoder: decoder, answersOnly: folder == nil)
        let text = plain.inserting(resolved.landmarks), cache = try resolved.makeCache(decoder, arena: arena)
        let reading = Reading(model: self, text: text, resolved: resolved, cache: cache)
        var writer: ReadingWriter?
        if resolved.segments == nil {
            try resolved.checkWindow(tokens: text.tokens.count, reserved: reserved, decoder: decoder)
            writer = try folder.map { try ReadingWriter(beginning: reading, in: $0, maker: maker()) }
        }
        return TextReading(reading, writer: writer, progress: progress, cancellation: cancellation)
    }

    /// Reads what the cache does not hold yet, sealing shards on the way.
    func read(_ text: TextReading) throws {
        text.begin()
        do {
            try text.reader.read(text.rest, into: text.reading.cache) { _ in try text.advance() }
        } catch {
            try text.stop()
            throw error
        }
        try text.end()
    }

    /// What a saved reading says about its model, for a manifest.
    func maker() throws -> ReadingManifest.Maker {
        .init(identity: identity, retrievalHeads: try retrievalHeads())
    }

    /// By what a saved reading knows its model again.
    nonisolated var identity: ReadingManifest.ModelIdentity {
        .init(architecture: decoder.configuration.architecture, fingerprint: decoder.fingerprint, name: decoder.name)
    }

    /// Answers a question on a fork of the reading's cache.
    /// - Parameter prompt: the question as it follows the text, up to where the reply begins.
    func answer(
        prompt: [Int32], about reading: Reading, options: GenerationOptions, cancellation: Cancellation, emit: (String) -> Void
    ) throws -> GenerationReport {
        let documentPrompt = reading.resolved.prompt
        let reserved = prompt.count + min(options.maxTokens, ResolvedReading.mostReserved)
        try reading.resolved.checkWindow(tokens: reading.tokenCount, reserved: reserved, decoder: decoder)
        let evidence = options.sources > 0 ? Evidence(decoder: decoder, heads: try retrievalHeads(), text: reading.text) : nil
        let generator = Generator(
            decoder: decoder, policy: reading.resolved.policy, positions: reading.resolved.positions.name,
            options: documentPrompt.stopping(options), cancellation: cancellation, trimsStart: true,
            endsOfTurn: documentPrompt.marks.endsOfTurn)
        var report = try generator.generate(prompt: prompt, cache: reading.cache.fork(), observer: evidence, emit: emit)
        report.sources = evidence?.passages(options.sources) ?? []
        report.choice = reading.resolved.choice
        return report
    }

    /// Runs work that emits text on the model's thread and turns it into a stream.
    nonisolated func stream(
        _ cancellation: Cancellation,
        _ work: @escaping @Sendable (isolated Model, Cancellation, (String) -> Void) throws -> GenerationReport
    ) -> AsyncThrowingStream<GeneratedPiece, any Error> {
        AsyncThrowingStream { continuation in
            let cancellation = Cancellation(within: cancellation)
            continuation.onTermination = { _ in cancellation.cancel() }
            Task {
                do {
                    let report = try await self.run(work, cancellation) { text in
                        continuation.yield(GeneratedPiece(text: text, report: nil))
                    }
                    continuation.yield(GeneratedPiece(text: "", report: report))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
    }

    private func run(
        _ work: @Sendable (isolated Model, Cancellation, (String) -> Void) throws -> GenerationReport, _ cancellation: Cancellation,
        emit: @escaping @Sendable (String) -> Void
    ) throws -> GenerationReport {
        try work(self, cancellation, emit)
    }
}
