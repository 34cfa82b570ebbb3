import ArgumentParser
import Tokenizers
import Training

/// `apus data lookups`: generated texts with questions, to look at or to test models with.
struct DataLookups: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookups",
        abstract: "Write generated texts with questions and answers.",
        discussion: """
            Facts among other text, and questions about them, as `apus train` makes them. What stands between the facts is taken from the \
            files. The sets passkeys, seen-wordings, unseen-wordings and refusals are for testing: none of their values and names are ever \
            trained on. The sets task and dense are what is trained on: few facts in long texts, and many facts with many questions.

            With --json: a line for each text, {"text", "kind", "tokens", "questions": [{"question", "answer", "is_refusal"}]}.

            EXAMPLES
              apus data lookups books/ --tokenizer tokenizer.gguf --set dense --length 256
              apus data lookups held-out.txt --tokenizer model.gguf --set passkeys --count 500 --json
            """)

    /// What can be written.
    enum Choice: String, CaseIterable, ExpressibleByArgument {
        case task, dense, passkeys
        case seenWordings = "seen-wordings"
        case unseenWordings = "unseen-wordings"
        case refusals

        func options(length: Int) -> LookupOptions {
            switch self {
            case .task: LookupOptions(length: length)
            case .dense: .dense(length: length)
            case .passkeys, .seenWordings, .unseenWordings, .refusals:
                (LookupEvaluation(rawValue: rawValue) ?? .passkeys).options(length: length)
            }
        }
    }

    @Argument(help: ArgumentHelp("Text files, and folders with .txt files.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("A tokenizer, or a model with one.", valueName: "path"), completion: .file())
    var tokenizer: String

    @Option(help: ArgumentHelp("Which texts.", valueName: "name"))
    var set = Choice.task

    @Option(help: ArgumentHelp("Tokens of each text with its questions and answers.", valueName: "n"))
    var length = 1024

    @Option(help: ArgumentHelp("How many texts.", valueName: "n"))
    var count = 1

    @Option(help: ArgumentHelp("Which texts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count must be at least 1, not \(count).") }
    }

    func run() throws {
        let tokenizer = try Tokenizer(modelAt: tokenizer)
        let filler = try Filler(TokenCorpus(CorpusText.read(files), tokenizer: tokenizer), tokenizer: tokenizer)
        let writer = try LookupWriter(set.options(length: length), tokenizer: tokenizer, filler: filler)
        var random = CorpusRandom(seed: seed)
        for _ in 0..<count {
            let sequence = try writer.sequence(&random)
            let text = String(decoding: tokenizer.decode(Array(sequence.tokens[sequence.text])), as: UTF8.self)
            if common.json { try StandardOutput().write(json(sequence, text)) } else { try StandardOutput().write(listing(sequence, text)) }
        }
    }

    private func json(_ sequence: LookupSequence, _ text: String) -> JSON {
        let questions = sequence.answers.map { answer -> JSON in
            ["answer": .string(answer.text), "is_refusal": .bool(answer.isRefusal), "question": .string(answer.question)]
        }
        return [
            "kind": .string(sequence.kind.rawValue), "questions": .array(questions), "text": .string(text),
            "tokens": .integer(sequence.tokens.count),
        ]
    }

    private func listing(_ sequence: LookupSequence, _ text: String) -> String {
        text + "\n\n" + sequence.answers.map { "  \($0.question)\n    \($0.text)\n" }.joined() + "\n"
    }
}
