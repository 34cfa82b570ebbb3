import ArgumentParser
import Diagnostics
import Documents
import Generation

/// `apus complete`: continues a text.
struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Continue a text as it stands.",
        discussion: """
            Prints the continuation, without the prompt, as it comes. The prompt is not framed as a question or a turn; `apus ask` and \
            `apus chat` do that.

            With --logits nothing is generated: the most likely next tokens are printed, a line for each with its id, its piece as a JSON \
            string and its log-probability in nats, with tabs between them.

            With --json-schema the reply is a document that the schema calls valid, with its keys in the schema's order, and with --json-object \
            any JSON object; one that --max-tokens cuts off is the beginning of one.

            With --json: {"text", "tokens": {"prompt", "reused", "dropped", "visited", "generated"}, "timing": {"read_seconds", \
            "first_token_seconds", "tokens_per_second"}, "sources", "method", "positions", "stop_reason"}, and with --logits \
            {"logits": [{"id", "text", "log_probability"}]}. Methods that look for surprising tokens add to "tokens" the mean "surprisal" \
            of the prompt, in nats.

            EXAMPLES
              apus complete --prompt "Once upon a time" -n 64 --model model.gguf
              apus complete --prompt-file draft.txt --temperature 0.8 --top-p 0.95 --seed 7 --model model.gguf
              apus complete --prompt "The capital of France is" --logits 5 --model model.gguf
            """)

    @Option(help: ArgumentHelp("The text to continue.", valueName: "text"))
    var prompt: String?

    @Option(help: ArgumentHelp("A file with the text to continue; - for standard input.", valueName: "file"), completion: .file())
    var promptFile: String?

    @Option(
        defaultAsFlag: 10,
        help: ArgumentHelp("Print this many of the most likely next tokens, and generate nothing.", valueName: "k"))
    var logits: Int?

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup
    var reply: ReplyArguments

    @OptionGroup(title: "What the reply must look like")
    var form: FormArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if prompt == nil && promptFile == nil { throw ValidationError("Give the text to continue with --prompt or --prompt-file.") }
        if prompt != nil && promptFile != nil { throw ValidationError("Give --prompt or --prompt-file, not both.") }
        guard let logits else { return }
        if logits < 1 { throw ValidationError("--logits must be at least 1, not \(logits).") }
        let idle = (reply.given + form.given).filter(\.isGiven).map(\.name)
        if let message = IdleOptions.message(idle, reason: "--logits generates nothing") { throw ValidationError(message) }
    }

    func run() async throws {
        let text = try promptFile.map(FileBytes.read) ?? Array((prompt ?? "").utf8)
        let notes = common.notes
        try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            do {
                if let logits {
                    try await showNextTokens(logits, after: text, model: model, cancellation: cancellation)
                } else {
                    try await complete(text, model: model, notes: notes, cancellation: cancellation)
                }
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted")
            }
        }
    }

    private func complete(_ text: [UInt8], model: Model, notes: Notes, cancellation: Cancellation) async throws {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        var options = reply.options()
        options.grammar = try form.grammar(for: model)
        var printer = ReplyPrinter(isStreaming: !common.json, progress: display)
        let pieces = model.complete(
            text, reading: try reading.completed(for: model, use: .everything, notes: notes).options(), options: options,
            progress: display.handler, cancellation: cancellation)
        do {
            let report = ReplyReport(try await printer.relay(pieces))
            try printer.endLine()
            if common.json { try StandardOutput().write(report.json) }
            if let choice = report.choice { notes.note(choice.sentence) }
            notes.note(report.note)
        } catch is Interrupted {
            try printer.endLine()
            throw Interrupted()
        }
    }

    private func showNextTokens(_ count: Int, after text: [UInt8], model: Model, cancellation: Cancellation) async throws {
        let tokens = try await model.nextTokens(
            after: text, count: count, reading: reading.completed(for: model, use: .everything, notes: common.notes).options(),
            cancellation: cancellation)
        let listing = NextTokenListing(tokens: tokens)
        if common.json { try StandardOutput().write(listing.json) } else { try StandardOutput().write(listing.text) }
    }
}

/// Candidates for the next token in the forms that `apus complete --logits` prints.
struct NextTokenListing {
    /// Most likely first.
    let tokens: [NextToken]

    var json: JSON {
        let logits = tokens.map { token -> JSON in
            ["id": .integer(Int(token.id)), "text": .string(token.text), "log_probability": .number(token.logProbability)]
        }
        return ["logits": .array(logits)]
    }

    var text: String {
        tokens.map { "\($0.id)\t\(JSON.string($0.text).text)\t\(Formatting.decimal($0.logProbability, digits: 4))\n" }.joined()
    }
}
