import ArgumentParser
import Diagnostics
import Documents
import Generation

/// `apus ask`: a question about texts.
struct Ask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a question about a text.",
        usage: "apus ask <file> ... <question> [<options>]",
        discussion: """
            Reads the files, or opens a reading saved by `apus read`, and answers the question. The answer goes to standard output as it \
            comes; the passages that it rests on follow on standard error, with their bytes in the file and their share of the attention.

            Nothing is cut: a text longer than the model's window is refused unless --method or --positions makes it fit. Without \
            --method the text is read with full attention, and a saved reading is asked with the method that it was read with. With \
            --method segments the question is put to each part of the text by itself, and answered from those parts that tell the model \
            most. --method auto takes what the length of the text and the model's window ask for, and says what that is.

            With --json-schema the answer is a document that the schema calls valid, with its keys in the schema's order, and with \
            --json-object any JSON object; one that --max-tokens cuts off is the beginning of one.

            --retrieve has only the passages read that are likely to say it, in the order of the text: as many as it names, or tokens \
            with a t behind the number, or auto for what a short prompt holds. They are chosen by their words (BM25), or with --retriever by \
            an encoder. A text that is no longer than that is read whole.

            With --json: {"text", "tokens": {"prompt", "reused", "dropped", "visited", "generated"}, "timing": {"read_seconds", \
            "first_token_seconds", "tokens_per_second"}, "sources": [{"file", "start", "end", "text", "weight"}], "method", "positions", \
            "stop_reason"}; with --method segments also "segments": [{"places": [{"file", "start", "end"}], "entropy", "contrast", "kept"}], \
            and with --method auto or --profile "method_reason". Methods that look for surprising tokens add to "tokens" the mean "surprisal" of the \
            prompt, in nats. --retrieve adds "retrieval": {"retriever", "passages", "chosen_passages", "tokens", "chosen_tokens"}.

            EXAMPLES
              apus ask book.txt "Who keeps the key?" --model model.gguf
              apus ask book.reading "And who found it?" --model model.gguf
              apus ask library.txt "Who built the lighthouse?" --method segments --model model.gguf
              apus ask library.txt "Who built the lighthouse?" --retrieve 12 --retriever all-MiniLM-L6-v2 --model model.gguf
              git log | apus ask - "What was fixed?" --method streaming --model model.gguf
            """)

    /// The passages shown where nobody says how many.
    static let defaultSources = 3

    @Argument(
        help: ArgumentHelp(
            "The texts (- for standard input) or the folder of a saved reading, and last the question.", valueName: "file ... question"),
        completion: .file())
    var words: [String]

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "How the text is read")
    var frame: FrameArguments

    @OptionGroup(title: "How the text is read")
    var retrieval: RetrievalArguments

    @Option(
        help: ArgumentHelp(
            "Show this many passages that the answer rests on; 0 spares looking for them. (default: \(Ask.defaultSources))",
            valueName: "n"))
    var sources: Int?

    @OptionGroup
    var reply: ReplyArguments

    @OptionGroup(title: "What the reply must look like")
    var form: FormArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard words.count > 1 else { throw ValidationError("Name a text, and after it ask a question.") }
        guard question.contains(where: { !$0.isWhitespace }) else { throw ValidationError("The question is empty.") }
        if let sources, sources < 0 { throw ValidationError("--sources must be at least 0, not \(sources).") }
    }

    func run() async throws {
        let source = try TextSource(words.dropLast())
        try check(source)
        let notes = common.notes
        let report = try await answer(source, notes: notes)
        if common.json {
            try StandardOutput().write(report.json)
        } else {
            showSources(report.sources, notes: notes)
        }
        notes.note(report.note)
    }

    private var question: String { words.last ?? "" }

    /// Passages to look for. With `--quiet` nobody would see them, unless they were asked for.
    private var sourceCount: Int {
        sources ?? (common.quiet && !common.json ? 0 : Ask.defaultSources)
    }

    private func check(_ source: TextSource) throws(CommandFailure) {
        if TextSource.isFile(question) {
            throw .usage("the last argument is the question, but \"\(question)\" is a file; put the question after it, in quotes.")
        }
        try retrieval.check(method: reading.method)
        guard case .reading = source else { return }
        try IdleOptions.refuse([("--retrieve", retrieval.retrieve != nil)], because: "all of a saved reading has been read already")
        try IdleOptions.refuse(
            [("--cache-type", reading.cacheType != nil), ("--frame", frame.frame != nil), ("--system", frame.system != nil)],
            because: "a saved reading keeps what it was made with")
    }
}

// MARK: - Reading and answering

extension Ask {
    private func answer(_ source: TextSource, notes: Notes) async throws -> ReplyReport {
        let whole = try source.documents()
        return try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            let choice = try self.reading.profileChoice(for: model, use: .questions)
            let chosen = choice?.completing(self.reading) ?? self.reading
            let began = ContinuousClock.now
            let (documents, retrieved) = try await retrieve(from: whole, model: model, notes: notes, cancellation: cancellation)
            let reading = try await open(source, documents, as: chosen, model: model, notes: notes, cancellation: cancellation)
            let seconds = (ContinuousClock.now - began).seconds
            if self.reading.method == nil, let choice { notes.note(choice.sentence) }
            for note in reading.notes { notes.note(note) }
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            var options = reply.options(sources: sourceCount, window: model.contextLength)
            options.grammar = try form.grammar(for: model)
            let pieces = reading.ask(question, options: options, progress: display.handler, cancellation: cancellation)
            if let retrieved { notes.note(retrieved.note) }
            var printer = ReplyPrinter(isStreaming: !common.json, progress: display)
            var report = ReplyReport(try await stream(pieces, to: &printer))
            if self.reading.method == nil, let choice { report.choice = choice.method }
            report.retrieval = retrieved
            if documents != nil { report.addReading(tokens: reading.tokensReadAhead, seconds: seconds) }
            return report
        }
    }

    /// The passages that are to be read, where only some are; otherwise the documents as they are.
    private func retrieve(
        from documents: DocumentSet?, model: Model, notes: Notes, cancellation: Cancellation
    ) async throws -> (documents: DocumentSet?, report: RetrievalReport?) {
        guard let documents, let budget = retrieval.retrieve else { return (documents, nil) }
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            let room = (reading.contextLength ?? model.contextLength) - reply.options(window: model.contextLength).maxTokens
            let selection = try await retrieval.select(
                from: documents, question: question, budget: budget.budget(room: room), model: model, threads: common.threads,
                progress: display.handler, cancellation: cancellation)
            return (selection.documents, RetrievalReport(selection, retriever: retrieval.retriever))
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted while looking for passages")
        }
    }

    /// Reads the documents, or opens the saved reading.
    private func open(
        _ source: TextSource, _ documents: DocumentSet?, as reading: ReadingArguments, model: Model, notes: Notes,
        cancellation: Cancellation
    ) async throws -> Reading {
        if case .reading(let folder) = source {
            return try await model.open(
                folder, method: reading.chosenMethod, positions: reading.chosenPositions, contextLength: reading.contextLength)
        }
        guard let documents else { throw CommandFailure.usage("Name a text to read.") }
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            return try await model.read(
                documents, options: reading.options(frame: frame), reserved: reply.options(window: model.contextLength).maxTokens,
                progress: display.handler,
                cancellation: cancellation)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted while reading; to keep what has been read, read with `apus read`")
        } catch let refusal as WindowError {
            throw retrieval.advised(refusal)
        }
    }

    private func stream(
        _ pieces: AsyncThrowingStream<GeneratedPiece, any Error>, to printer: inout ReplyPrinter
    ) async throws -> GenerationReport {
        do {
            let report = try await printer.relay(pieces)
            try printer.endLine()
            return report
        } catch is Interrupted {
            try printer.endLine()
            throw StoppedEarly(description: "interrupted while answering")
        }
    }

    private func showSources(_ passages: [Passage], notes: Notes) {
        let columns = notes.file.terminalColumns.map { $0 - 1 }
        let lines = SourceLines(passages: passages, columns: columns, isUnicode: Environment.isUnicode(Environment.all)).lines
        // Sources are a result, not a note: who asked for them gets them with --quiet too.
        let shown = Notes(isQuiet: false, file: notes.file)
        for line in lines { shown.line(line) }
    }
}
