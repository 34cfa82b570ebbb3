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
    /// Tokens of a sequence, or of the longest.
    package let sequenceLength: Int
    /// What is learned from, and what is only watched.
    package let corpus: TokenCorpus
    package let heldOut: TokenCorpus
    private let context: Int

    /// The length of sequences where neither the recipe nor a shorter context says another.
    private static let usualLength = 1024

    /// - Throws: errors of files; `RecipeError` for values that do not fit the model.
    package init(
        _ recipe: TrainingRecipe, progress: @escaping ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws {
        self.recipe = recipe
        source = try Self.source(of: recipe)
        let vocabulary = try Vocabulary(metadata: source.metadata, source: source.path)
        tokenizer = try Tokenizer(vocabulary: vocabulary)
        context = try Decoder.describe(source).configuration.contextLength
        sequenceLength = recipe.data.length ?? min(context, Self.usualLength)
        guard sequenceLength <= context else {
            let reason = "\"data.length\" is \(sequenceLength), but the model is made for \(context) tokens at most"
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
        case .existing(let path): return try OpenedModel.trainable(path: path)
        case .new(let sizes, let tokenizer):
            return try FreshModel(sizes, vocabulary: Vocabulary(tokenizerAt: tokenizer, for: sizes.architecture), name: recipe.modelName)
        }
    }
}

extension TrainingRecipe {
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
    /// - Throws: `CorpusError` where the texts do not fill a step, `RecipeError` for lengths that are no powers of two.
    package func stream() throws -> any BatchStream {
        let offsets = PositionOffsets(window: recipe.data.offsets ? context : nil)
        switch recipe.data.packing {
        case .decomposition:
            guard sequenceLength.nonzeroBitCount == 1, sequenceLength >= recipe.data.shortest else {
                let reason = "decomposition needs a \"data.length\" that is a power of two from \(recipe.data.shortest) on, "
                    + "not \(sequenceLength)"
                throw RecipeError(.contradiction(reason), path: recipe.path)
            }
            let exponents = recipe.data.shortest.trailingZeroBitCount...sequenceLength.trailingZeroBitCount
            var options = DecompositionStream.Options(exponents: exponents, step: recipe.step)
            (options.curriculum, options.cycles, options.offsets) = (recipe.data.curriculum, recipe.data.cycles, offsets)
            options.seed = recipe.seed
            return try DecompositionStream(corpus, options: options)
        case .documents, .concatenate:
            var options = ConcatenatedStream.Options(length: sequenceLength, step: recipe.step)
            options.packing = recipe.data.packing == .documents ? .documents : .chunks
            (options.offsets, options.seed) = (offsets, recipe.seed)
            return try ConcatenatedStream(corpus, options: options)
        }
    }

    /// Sequences of the held-out part, spread over all of it, as many as the recipe wants to watch.
    package func heldOutBatches() -> [PackedBatch] {
        var starts: [Int] = []
        for document in heldOut.documents {
            starts += stride(from: document.range.lowerBound, to: document.range.upperBound - sequenceLength, by: sequenceLength)
        }
        let wanted = min(starts.count, max(1, recipe.evaluationTokens / sequenceLength))
        let chosen = (0..<wanted).map { starts[$0 * starts.count / wanted] }
        return recipe.step.parts(chosen, length: sequenceLength) { start, batch in
            batch.append(heldOut.tokens[start...start + sequenceLength])
        }
    }

    /// Bytes of the held-out texts to a token: by it a loss becomes bits per byte, which do not depend on the tokenizer.
    package var bytesPerToken: Double? {
        heldOut.tokens.isEmpty ? nil : Double(heldOut.byteCount) / Double(heldOut.tokens.count)
    }
}
