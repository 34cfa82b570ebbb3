import ArgumentParser
import Diagnostics
import Documents
import Generation
import Retrieval

/// `apus classify`: which class texts belong to.
struct Classify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell which class texts belong to, however long they are.",
        discussion: """
            docs/classification.md tells how well that goes.

            EXAMPLES
              apus classify train --model all-MiniLM-L6-v2 --data labelled.jsonl -o head.safetensors
              apus classify letter.txt --model all-MiniLM-L6-v2 --head head.safetensors
              apus classify review.txt --model sentiment-roberta --json
            """,
        subcommands: [ClassifyTexts.self, ClassifyTrain.self], defaultSubcommand: ClassifyTexts.self)
}

/// `apus classify texts`, which `apus classify` is short for.
struct ClassifyTexts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "texts",
        abstract: "Tell which class the texts of files belong to.",
        discussion: """
            The model is an encoder with a head that `apus classify train` has made (--head), or an encoder that brings a head of its own: a \
            Hugging Face folder of BERT, (XLM-)RoBERTa, DistilBERT, MPNet, Longformer, BigBird or ModernBERT for sequence classification, or \
            a GGUF file of such. A text that is longer than the encoder reads is read in windows: of their vectors, or with a head of the \
            model's own of its numbers, the mean counts.

            Prints a line for each file: its name, its class, and the class's probability.

            With --json, a line for each file: {"file", "label", "score", "scores": {"label": …}, "tokens", "windows", "cut_tokens"}. Scores \
            are probabilities, or of a head for regression its numbers.

            EXAMPLES
              apus classify letter.txt --model all-MiniLM-L6-v2 --head head.safetensors
              apus classify *.txt --model sentiment-roberta --json
            """)

    @Argument(help: ArgumentHelp("The texts (- for standard input).", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("The encoder.", valueName: "path"), completion: .file())
    var model: String

    @Option(
        help: ArgumentHelp("A head that `apus classify train` has made. (default: the model's own)", valueName: "path"), completion: .file()
    )
    var head: String?

    @Option(help: "With --head: how states become one vector. (default: as the model says)")
    var pooling: Pooling?

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard head == nil, let message = IdleOptions.message(pooling.map { _ in ["--pooling"] } ?? [], reason: "the model's own head pools")
        else { return }
        throw ValidationError(message)
    }

    func run() async throws {
        let texts = try files.map { try PlainText(reading: $0) }, notes = common.notes
        let results = try await Interruption.guarding(notes: notes) { cancellation in
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                return try await classify(texts, progress: display.handler, cancellation)
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; nothing was classified")
            }
        }
        let output = StandardOutput()
        for result in results {
            if common.json { try output.write(result.json) } else { try output.write(result.line) }
        }
    }

    private func classify(
        _ texts: [PlainText], progress: @escaping ProgressHandler, _ cancellation: Cancellation
    ) async throws -> [ClassifiedText] {
        guard let path = head else { return try await classifyByOwnHead(texts, progress, cancellation) }
        let head = try ClassifierHead(path: path)
        let embedder = try await common.notes.announcing("opening \(model)") {
            try Embedder(at: model, pooling: pooling, threads: common.threads)
        }
        try await head.check(embedder, file: path)
        let features = TextFeatures(embedder, settings: head.settings)
        var results: [ClassifiedText] = []
        for text in texts {
            let reading = try await features.read([text.text], progress: progress, cancellation: cancellation)
            results.append(
                ClassifiedText(
                    file: text.name, labels: head.labels, scores: head.regression.probabilities(reading.vectors[0]),
                    tokens: reading.tokens, windows: reading.windows, cutTokens: reading.tokensCut))
        }
        let cut = results.reduce(0) { $0 + $1.cutTokens }
        if cut > 0 { common.notes.note("the head reads the beginnings of texts; \(Formatting.count(cut)) tokens were left out") }
        return results
    }

    private func classifyByOwnHead(
        _ texts: [PlainText], _ progress: @escaping ProgressHandler, _ cancellation: Cancellation
    ) async throws -> [ClassifiedText] {
        let classifier = try await common.notes.announcing("opening \(model)") {
            try SequenceClassifier(at: model, threads: common.threads)
        }
        var results: [ClassifiedText] = []
        for text in texts {
            let windows = try classifier.windows(of: text.bytes)
            let logits = try await classifier.logits(of: windows, progress: progress, cancellation: cancellation)
            let means = classifier.head.labels.indices.map { label in
                Float(logits.reduce(0) { $0 + Double($1[label]) } / Double(logits.count))
            }
            results.append(
                ClassifiedText(
                    file: text.name, labels: classifier.head.labels, scores: classifier.head.scores(of: means),
                    tokens: windows.reduce(0) { $0 + $1.tokens.count }, windows: windows.count, cutTokens: 0))
        }
        return results
    }
}

/// What a text was found to be.
struct ClassifiedText {
    let file: String
    let labels: [String]
    /// One for each class.
    let scores: [Double]
    let tokens: Int
    let windows: Int
    let cutTokens: Int

    private var best: Int { scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 } }

    var line: String { "\(file.onOneLine)\t\(labels[best].onOneLine)\t\(Formatting.decimal(scores[best], digits: 4))\n" }

    var json: JSON {
        [
            "file": .string(file), "label": .string(labels[best]), "score": .number(scores[best]),
            "scores": .object(Dictionary(zip(labels, scores.map(JSON.number))) { first, _ in first }), "tokens": .integer(tokens),
            "windows": .integer(windows), "cut_tokens": .integer(cutTokens),
        ]
    }
}
