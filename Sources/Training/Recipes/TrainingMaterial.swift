import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors
import Tokenizers

/// What a recipe names, opened: the model to begin from, its tokenizer, and the texts as tokens.
package struct TrainingMaterial {
    package let recipe: TrainingRecipe
    package let source: any ModelSource
    package let tokenizer: Tokenizer
    /// What is learned from, and what is only watched.
    package let corpus: TokenCorpus
    package let heldOut: TokenCorpus
    private let context: Int
    /// The length of sequences where the recipe says none.
    private let usualLength: Int

    private static let longestUsualLength = 1024

    /// - Throws: errors of files; `RecipeError` for values that do not fit the model.
    package init(
        _ recipe: TrainingRecipe, progress: @escaping ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws {
        self.recipe = recipe
        source = try Self.source(of: recipe)
        let vocabulary = try Vocabulary(metadata: source.metadata, source: source.path)
        tokenizer = try Tokenizer(vocabulary: vocabulary)
        context = try Decoder.describe(source).configuration.contextLength
        usualLength = min(context, Self.longestUsualLength)
        if let length = recipe.data.streams.compactMap(\.length).first(where: { [context] in $0 > context }) {
            let reason = "sequences of \(length) tokens are longer than the \(context) that the model is made for"
            throw RecipeError(.contradiction(reason), path: recipe.path)
        }
        let parts = try CorpusText.read(recipe.data.texts, joinsLines: recipe.data.joinsLines).map {
            $0.split(holdingOut: recipe.data.heldOutShare)
        }
        corpus = try TokenCorpus(parts.map(\.training), tokenizer: tokenizer, progress: progress, cancellation: cancellation)
        heldOut = try TokenCorpus(parts.compactMap(\.heldOut), tokenizer: tokenizer, cancellation: cancellation)
    }

    private static func source(of recipe: TrainingRecipe) throws -> any ModelSource {
        switch recipe.origin {
        case .existing(let path, let layers, let keyValueHeads):
            var model = try OpenedModel.trainable(path: path)
            if let keyValueHeads {
                try recipe.require(RecipeKeys.ungroupTo, keyValueHeads, UngroupedModel.objection(to: keyValueHeads, of: model))
                model = UngroupedModel(model, keyValueHeads: keyValueHeads)
            }
            if let layers {
                try recipe.require(RecipeKeys.deepenTo, layers, DeepenedModel.objection(to: layers, of: model))
                model = DeepenedModel(model, layers: layers)
            }
            return model
        case .new(let sizes, let tokenizer):
            return try FreshModel(sizes, vocabulary: Vocabulary(tokenizerAt: tokenizer, for: sizes.architecture), name: recipe.modelName)
        }
    }
}

extension TrainingRecipe {
    /// - Throws: `RecipeError` if something speaks against a value.
    fileprivate func require(_ key: RecipeKey<Int>, _ value: Int, _ objection: String?) throws(RecipeError) {
        if let objection { throw RecipeError(.contradiction("\"\(key.path)\" is \(value), but \(objection)"), path: path) }
    }

    /// What the model is called, and the files that are made of it.
    package var modelName: String { name ?? output.split(separator: "/").last.map(String.init) ?? "model" }
}

extension OpenedModel {
    /// A model with its tokenizer in its settings, as it will be written again.
    fileprivate static func trainable(path: String) throws -> any ModelSource {
        guard FileManager.default.isFolder(atPath: path) else { return try GGUFModel(path: path) }
        return try PublishedModel(HuggingFaceFolder(path: path))
    }
}

extension Vocabulary {
    /// The vocabulary of a GGUF file, which may hold no weights, or of a folder in the layout of Hugging Face.
    fileprivate init(tokenizerAt path: String, for architecture: String) throws {
        if FileManager.default.isFolder(atPath: path) {
            try self.init(folder: path, preferring: architecture)
        } else {
            try self.init(metadata: GGUFFile(path: path).metadata, source: path)
        }
    }
}

// MARK: - Batches

extension TrainingMaterial {
    /// The batches to learn from.
    /// - Throws: `CorpusError` where the texts do not fill a step, `RecipeError` for lengths that do not fit.
    package func stream() throws -> CorpusStream {
        let data = recipe.data
        var filler: Filler?
        guard data.streams.count > 1 else { return try stream(data.streams[0], number: 0, step: recipe.step, filler: &filler) }
        let tokens = recipe.step.tokens / data.batchesPerStep
        guard tokens > 0, tokens * data.batchesPerStep == recipe.step.tokens else {
            throw contradiction(
                "\"data.batches_per_step\" is \(data.batchesPerStep), which does not divide the \(recipe.step.tokens) tokens of a step")
        }
        let step = StepSize(tokens: tokens, tokensPerPart: recipe.step.tokensPerPart)
        let streams = try data.streams.enumerated().map { try stream($1, number: $0, step: step, filler: &filler) }
        let phases = data.phases.map { phase in
            MixedStream.Phase(
                steps: max(1, Int((Double(recipe.steps) * phase.share).rounded())), shares: phase.streams, finalShares: phase.finalStreams)
        }
        return .mixed(
            try MixedStream(
                streams, weights: data.weights.map { Float($0) }, phases: phases, batchesPerStep: data.batchesPerStep,
                tokensPerPart: step.tokensPerPart))
    }

    /// - Parameters:
    ///   - number: of the stream: each draws by itself.
    ///   - filler: what all generated streams share; made for the first of them.
    private func stream(
        _ stream: TrainingRecipe.Stream, number: Int, step: StepSize, filler: inout Filler?
    ) throws -> CorpusStream {
        let seed = recipe.seed &+ UInt64(number)
        switch stream {
        case .texts(let texts) where texts.packing == .decomposition: return try decomposition(texts, step: step, seed: seed)
        case .texts(let texts):
            var options = ConcatenatedStream.Options(length: texts.length ?? usualLength, step: step)
            options.packing = texts.packing == .documents ? .documents : .chunks
            (options.offsets, options.seed) = (offsets(texts.offsets), seed)
            return .concatenated(try ConcatenatedStream(corpus, options: options))
        case .lookups(var options, let length, let hasOffsets):
            (options.length, options.offsets) = (length ?? usualLength, offsets(hasOffsets))
            let shared = try filler ?? Filler(corpus, tokenizer: tokenizer)
            filler = shared
            let writer = try LookupWriter(options, tokenizer: tokenizer, filler: shared)
            return .lookups(try LookupStream(writer, step: step, seed: seed))
        }
    }

    private func decomposition(_ texts: TrainingRecipe.TextStream, step: StepSize, seed: UInt64) throws -> CorpusStream {
        let longest = texts.length ?? usualLength
        guard longest.nonzeroBitCount == 1, longest >= texts.shortest else {
            throw contradiction("decomposition needs a \"length\" that is a power of two from \(texts.shortest) on, not \(longest)")
        }
        let exponents = texts.shortest.trailingZeroBitCount...longest.trailingZeroBitCount
        var options = DecompositionStream.Options(exponents: exponents, step: step)
        (options.curriculum, options.cycles, options.offsets, options.seed) = (texts.curriculum, texts.cycles, offsets(texts.offsets), seed)
        return .decomposition(try DecompositionStream(corpus, options: options))
    }

    private func offsets(_ areWanted: Bool) -> PositionOffsets { PositionOffsets(window: areWanted ? context : nil) }

    private func contradiction(_ reason: String) -> RecipeError { RecipeError(.contradiction(reason), path: recipe.path) }

    /// Sequences of the held-out part, spread over all of it, as many as the recipe wants to watch.
    package func heldOutBatches() -> [PackedBatch] {
        let length = recipe.data.streams.map { $0.length ?? usualLength }.max() ?? usualLength
        let sequences = heldOut.documents.flatMap { document in
            stride(from: document.range.lowerBound, to: document.range.upperBound - 1, by: length).map { start in
                start..<min(start + length + 1, document.range.upperBound)
            }
        }
        let wanted = min(sequences.count, max(1, recipe.evaluationTokens / length))
        var batches: [PackedBatch] = []
        for place in 0..<wanted {
            let sequence = sequences[place * sequences.count / wanted]
            if batches.last.map({ $0.tokens.count + sequence.count - 1 > recipe.step.tokensPerPart }) ?? true {
                batches.append(PackedBatch())
            }
            batches[batches.count - 1].append(heldOut.tokens[sequence])
        }
        return batches
    }

    /// Cases of all classes, about the held-out texts; none where the recipe wants none.
    /// - Throws: `CorpusError` where the held-out texts are too short for them.
    package func lookupBenchmarks() throws(CorpusError) -> [LookupBenchmark] {
        guard recipe.evaluationLookups > 0 else { return [] }
        let filler = try Filler(heldOut, tokenizer: tokenizer)
        var benchmarks: [LookupBenchmark] = []
        for kind in LookupEvaluation.allCases {
            benchmarks.append(
                try LookupBenchmark(kind, count: recipe.evaluationLookups, length: usualLength, tokenizer: tokenizer, filler: filler))
        }
        return benchmarks
    }

    /// By what the texts are known again, as tokens.
    var textFingerprint: Fingerprint {
        corpus.tokens.withUnsafeBytes { Fingerprint(of: $0) }
    }

    /// Bytes of the held-out texts to a token: by it a loss becomes bits per byte, which do not depend on the tokenizer.
    package var bytesPerToken: Double? {
        heldOut.tokens.isEmpty ? nil : Double(heldOut.byteCount) / Double(heldOut.tokens.count)
    }

    /// What the training takes. With adapters the model's own weights stay in their file.
    func memory() throws -> TrainingMemory {
        let isWhole = recipe.options.adapters == nil
        let longest = recipe.data.streams.map { $0.length ?? usualLength }.max() ?? usualLength
        let (configuration, description, weights) = try Decoder.describe(source)
        return TrainingMemory(
            numbers: isWhole ? source.tensors.reduce(0) { $0 + $1.elementCount } : 0, copies: recipe.averagesFrom == nil ? 4 : 5,
            tokens: max(recipe.step.tokensPerPart, longest), configuration,
            network: TrainingMemory.numbersOfNetwork(description, weights, configuration),
            recomputes: recipe.options.recomputesActivations)
    }
}
