import ArgumentParser
import Diagnostics
import Documents
import Generation
import Retrieval

/// Which passages of a text are read for a question.
struct RetrievalArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read only the passages that are likely to answer the question: so many (12), so many tokens (4000t), or auto.",
            valueName: "amount"))
    var retrieve: RetrievalAmount?

    @Option(
        help: ArgumentHelp("The encoder that looks for passages. (default: none; they are found by their words)", valueName: "path"),
        completion: .file())
    var retriever: String?

    /// Refuses what does not go together.
    func check(method: String?) throws(CommandFailure) {
        guard retrieve != nil else {
            return try IdleOptions.refuse([("--retriever", retriever != nil)], because: "without --retrieve the whole text is read")
        }
        if method?.split(separator: ":").first == "segments" {
            throw .usage("--method segments goes over the whole text for what matters, and --retrieve leaves most of it out; choose one.")
        }
    }

    /// Says of a text that the model's window has no room for how less of it can be read.
    func advised(_ refusal: WindowError) -> any Failure {
        guard case .tooLong(let tokens, let reserved, let window, _, _) = refusal else { return refusal }
        switch retrieve {
        case nil: return CommandFailure.usage("\(refusal.description.dropLast()), or have only what matters read with --retrieve auto.")
        case .auto: return refusal
        case .passages, .tokens:
            return CommandFailure.usage(
                "What --retrieve chose has \(tokens) tokens and \(reserved) more are kept for the question and the reply, but the model's window "
                    + "is \(window); choose less, or as much as there is room for with --retrieve auto.")
        }
    }

    /// The best passages of documents.
    func select(
        from documents: DocumentSet, question: String, budget: PassageSelection.Budget, model: Model, threads: Int?,
        progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> PassageSelection {
        let tokens = PassageSelection.tokenCount(of: model)
        let ranges = documents.passages(limit: PassageSelection.usualTokens, tokens: tokens)
        let texts = ranges.map { String(decoding: documents.bytes[$0], as: UTF8.self) }
        let scores: [Double]
        if let retriever {
            let features = TextFeatures(try Embedder(at: retriever, threads: threads), settings: TextFeatures.Settings())
            let query = try await features.read([question], cancellation: cancellation).vectors[0]
            scores = try await features.read(texts, progress: progress, cancellation: cancellation).vectors.map(query.cosine)
        } else {
            scores = BM25(texts).scores(for: question)
        }
        return PassageSelection(
            of: documents, ranges: ranges, scores: scores, tokens: ranges.map { tokens(documents.bytes[$0]) }, budget: budget)
    }
}

/// How much is to be read, as it is written on the command line.
enum RetrievalAmount: Equatable, Sendable, ExpressibleByArgument {
    case auto
    case passages(Int)
    case tokens(Int)

    /// - Parameter argument: "auto", a number of passages, or a number of tokens with a t behind it; nil for anything else.
    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard argument != "auto" else {
            self = .auto
            return
        }
        guard let count = Int(digits), count > 0 else { return nil }
        switch argument.dropFirst(digits.count) {
        case "": self = .passages(count)
        case "t": self = .tokens(count)
        default: return nil
        }
    }

    /// What `auto` takes of the window at most.
    private static let mostAutomatic = 4096
    /// For the frame, and for the question.
    private static let kept = 256

    /// - Parameter room: of the window in tokens, that for the reply left out.
    func budget(room: Int) -> PassageSelection.Budget {
        switch self {
        case .passages(let count): .passages(count)
        case .tokens(let count): .tokens(count)
        // Passages that are put together have some tokens more than each by itself.
        case .auto: .tokens(max(1, min(Self.mostAutomatic, (room - Self.kept) * 9 / 10)))
        }
    }
}

/// What was chosen to be read, and of how much.
struct RetrievalReport {
    let retriever: String
    let passages: Int
    let chosenPassages: Int
    let tokens: Int
    let chosenTokens: Int

    /// - Parameter retriever: the encoder; nil where words were counted.
    init(_ selection: PassageSelection, retriever: String?) {
        self.retriever = retriever ?? "bm25"
        passages = selection.passages
        chosenPassages = selection.chosenPassages
        tokens = selection.tokens
        chosenTokens = selection.chosenTokens
    }

    var json: JSON {
        [
            "retriever": .string(retriever), "passages": .integer(passages), "chosen_passages": .integer(chosenPassages),
            "tokens": .integer(tokens), "chosen_tokens": .integer(chosenTokens),
        ]
    }

    var note: String {
        guard chosenPassages < passages else {
            return "--retrieve left nothing out: the text has no more than \(Formatting.count(tokens)) tokens"
        }
        return "read are the best \(Formatting.count(chosenPassages)) of \(Formatting.count(passages)) passages, "
            + "\(Formatting.count(chosenTokens)) of \(Formatting.count(tokens)) tokens (by \(retriever))"
    }
}
