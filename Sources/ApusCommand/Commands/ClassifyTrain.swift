import ArgumentParser
import Diagnostics
import Retrieval

/// `apus classify train`: a head for an encoder.
struct ClassifyTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a head for classes of your own on an encoder's vectors.",
        discussion: """
            Examples are JSON lines {"text", "label"}. Each text becomes one vector, the mean of those of its windows, and a logistic \
            regression over all classes learns to tell them apart. How strongly its weights are held small is found by holding out parts of \
            the examples in turn; --penalty names it instead. The same examples give the same head.

            What --without leaves out of texts, and how many tokens of each are read, is kept in the head: `apus classify` does the same.

            With --json: {"output", "classes", "examples", "tokens", "windows", "cut_tokens", "penalty", "accuracy", "trials": [{"penalty", \
            "accuracy"}], "test": {"accuracy", "examples", "classes": {"label": {"examples", "accuracy"}}}, "seconds"}; accuracies are those \
            of examples that were held out, and "test" those of --test.

            EXAMPLES
              apus classify train --model all-MiniLM-L6-v2 --data labelled.jsonl -o head.safetensors
              apus classify train --model e5-small --data train.jsonl --test test.jsonl --without stop-words --first-tokens 128 -o head.safetensors
            """)

    @Option(help: ArgumentHelp("The encoder.", valueName: "path"), completion: .file())
    var model: String

    @Option(help: ArgumentHelp("The examples.", valueName: "path"), completion: .file(extensions: ["jsonl"]))
    var data: String

    @Option(
        help: ArgumentHelp("More examples, to test the head by and for nothing else.", valueName: "path"),
        completion: .file(extensions: ["jsonl"]))
    var test: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The head to write.", valueName: "path"))
    var output: String

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @Option(help: ArgumentHelp("How strongly weights are held small, such as 1e-3. (default: what holding out finds best)", valueName: "x"))
    var penalty: Double?

    @Option(help: ArgumentHelp("Into how many parts the examples go, of which one after the other is held out.", valueName: "n"))
    var folds = 5

    @Option(help: ArgumentHelp("Which examples go into which part.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Read only so many tokens of each text. (default: all of them)", valueName: "n"))
    var firstTokens: Int?

    @OptionGroup
    var shortening: ShorteningArguments

    @Option(help: "How states become one vector. (default: as the model says)")
    var pooling: Pooling?

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if folds < 2 { throw ValidationError("--folds must be at least 2, not \(folds).") }
        if let penalty, !(penalty > 0 && penalty.isFinite) { throw ValidationError("--penalty must be a positive number.") }
        if let firstTokens, firstTokens < 1 { throw ValidationError("--first-tokens must be at least 1, not \(firstTokens).") }
    }

    func run() async throws {
        try NewFile.check(output, force: force)
        let examples = try LabelledTexts(reading: data)
        try check(examples)
        let tests = try test.map { try LabelledTexts(reading: $0, names: examples.names) }
        let began = ContinuousClock.now, notes = common.notes
        var report = try await Interruption.guarding(notes: notes) { cancellation in
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                return try await train(examples, tests, progress: display.handler, cancellation)
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; no head was written")
            }
        }
        report.seconds = (ContinuousClock.now - began).seconds
        if common.json { try StandardOutput().write(report.json) } else { try StandardOutput().write(report.text) }
    }

    private func check(_ examples: LabelledTexts) throws {
        guard examples.names.count > 1 else {
            throw ClassificationError.tooFewExamples(
                file: examples.file, reason: "all examples have one label, so there is nothing to tell apart")
        }
        guard examples.texts.count >= 2 * folds else {
            throw ClassificationError.tooFewExamples(
                file: examples.file, reason: "\(examples.texts.count) examples are too few to hold out one part of \(folds)")
        }
    }

    private func train(
        _ examples: LabelledTexts, _ tests: LabelledTexts?, progress: @escaping ProgressHandler, _ cancellation: Cancellation
    ) async throws -> HeadReport {
        let embedder = try await common.notes.announcing("opening \(model)") {
            try Embedder(at: model, pooling: pooling, threads: common.threads)
        }
        let settings = TextFeatures.Settings(shortening: try shortening.shortening(corpus: examples.texts), firstTokens: firstTokens)
        let features = TextFeatures(embedder, settings: settings)
        let reading = try await features.read(examples.texts, progress: progress, cancellation: cancellation)
        let training = try HeadTraining(
            features: reading.vectors, labels: examples.labels, classes: examples.names.count, penalty: penalty, folds: folds, seed: seed,
            progress: progress, cancellation: cancellation)
        let head = try await ClassifierHead(training.head, labels: examples.names, features: features)
        try head.write(to: output)
        var report = HeadReport(output: output, examples: examples, reading: reading, training: training)
        if let tests {
            let vectors = try await features.read(tests.texts, progress: progress, cancellation: cancellation).vectors
            report.test(tests, found: vectors.map(training.head.best))
        }
        return report
    }
}

/// What came of training a head.
struct HeadReport {
    let output: String
    let examples: LabelledTexts
    let reading: TextFeatures.Reading
    let training: HeadTraining
    var seconds = 0.0
    /// For each class how many texts were tested, and how many of them told right.
    private var tested: [(examples: Int, right: Int)] = []

    init(output: String, examples: LabelledTexts, reading: TextFeatures.Reading, training: HeadTraining) {
        self.output = output
        self.examples = examples
        self.reading = reading
        self.training = training
    }

    mutating func test(_ texts: LabelledTexts, found: [Int]) {
        tested = texts.names.indices.map { label in
            let own = zip(texts.labels, found).filter { $0.0 == label }
            return (own.count, own.count { $0.1 == label })
        }
    }

    private var testCount: Int { tested.reduce(0) { $0 + $1.examples } }
    private var testAccuracy: Double { Double(tested.reduce(0) { $0 + $1.right }) / Double(max(1, testCount)) }

    var json: JSON {
        let trials = training.trials.map { trial -> JSON in ["penalty": .number(trial.penalty), "accuracy": .number(trial.accuracy)] }
        return [
            "output": .string(output), "classes": JSON.strings(examples.names), "examples": .integer(examples.texts.count),
            "tokens": .integer(reading.tokens), "windows": .integer(reading.windows), "cut_tokens": .integer(reading.tokensCut),
            "penalty": .number(training.chosen.penalty), "accuracy": .number(training.chosen.accuracy), "trials": .array(trials),
            "test": tested.isEmpty ? .null : testJSON, "seconds": .number(seconds),
        ]
    }

    private var testJSON: JSON {
        let classes = zip(examples.names, tested).map { name, count -> (String, JSON) in
            (name, ["examples": .integer(count.examples), "accuracy": .number(Double(count.right) / Double(max(1, count.examples)))])
        }
        return [
            "accuracy": .number(testAccuracy), "examples": .integer(testCount),
            "classes": .object(Dictionary(classes) { first, _ in first }),
        ]
    }

    var text: String {
        let percent = { (share: Double) in Formatting.decimal(100 * share, digits: 1) + "%" }
        let heldOut = "\(percent(training.chosen.accuracy)) of \(Formatting.count(examples.texts.count)) examples"
        let cut = reading.tokensCut > 0 ? ", \(Formatting.count(reading.tokensCut)) left out" : ""
        var lines = [
            "\(output): \(examples.names.count) classes, penalty \(training.chosen.penalty)".onOneLine,
            "told right when held out: \(heldOut)",
            "read: \(Formatting.count(reading.tokens)) tokens in \(Formatting.count(reading.windows)) windows\(cut)",
        ]
        if !tested.isEmpty {
            lines.append("told right in the test: \(percent(testAccuracy)) of \(Formatting.count(testCount)) texts")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
