import ArgumentParser
import Diagnostics
import Generation

/// `apus chat`: a conversation with no end.
struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with a model.",
        discussion: """
            Each line of standard input is a turn; the reply follows on standard output as it comes. Nothing is read twice: every turn \
            only adds to what the model has read.

            A conversation has no end with the method that is used unless another is named, streaming: the model keeps the first tokens \
            and as many of the last as its window holds. Ctrl-C during a reply stops the reply and keeps the conversation; at the prompt \
            it ends the command, as the end of the input does.

            With --json each reply is one line, an object as from `apus complete`; the "stop_reason" of a reply that Ctrl-C stopped is \
            "interrupted", and its counts are null.

            EXAMPLES
              apus chat --model model.gguf
              apus chat --system "You answer in one sentence." --temperature 0.7 --model model.gguf
              apus chat --json --model model.gguf < questions.txt
            """)

    /// Keeps a conversation of any length within the model's window.
    static let defaultMethod = AttentionMethod("streaming")

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the conversation is read")
    var reading: ReadingArguments

    @OptionGroup(title: "How the conversation is read")
    var frame: FrameArguments

    @OptionGroup
    var reply: ReplyArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func run() async throws {
        let notes = common.notes
        let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
        let system = frame.system.flatMap { $0.isEmpty ? nil : $0 }
        let conversation = try Conversation(
            model: model, system: system,
            options: reading.completed(for: model, use: .everything, notes: notes).options(method: Chat.defaultMethod, frame: frame))
        for note in conversation.notes { notes.note(note) }
        let lines = TurnReader()
        while let line = lines.next() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            try await answer(line, in: conversation, notes: notes)
        }
    }

    /// Streams one reply. One that Ctrl-C stops is part of the conversation as far as it came.
    private func answer(_ line: String, in conversation: Conversation, notes: Notes) async throws {
        var printer = ReplyPrinter(isStreaming: !common.json)
        do {
            // A reply stops at once, so there is no need to say that it will.
            let report = try await Interruption.guarding(notes: Notes(isQuiet: true)) { cancellation in
                let pieces = conversation.say(line, options: reply.options(), cancellation: cancellation)
                return ReplyReport(try await printer.relay(pieces))
            }
            try printer.separate()
            if common.json { try StandardOutput().write(report.json) }
            notes.note(report.note)
        } catch is Interrupted {
            try printer.separate()
            if common.json { try StandardOutput().write(ReplyReport.interrupted(text: printer.text)) }
        }
    }
}

/// Takes a person's turns from standard input, with a mark where one is awaited if that is a terminal.
struct TurnReader {
    private static let mark = "> "
    private let isInteractive = FileDescriptor.standardInput.isTerminal && FileDescriptor.standardError.isTerminal

    /// nil at the end of the input.
    func next() -> String? {
        if isInteractive { _ = FileDescriptor.standardError.write(TurnReader.mark) }
        let line = readLine()
        // The key that ends the input leaves the cursor behind the mark.
        if isInteractive && line == nil { _ = FileDescriptor.standardError.write("\n") }
        return line
    }
}
