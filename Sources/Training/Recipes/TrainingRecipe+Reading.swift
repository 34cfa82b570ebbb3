import Foundation
import ModelFiles

extension TrainingRecipe {
    /// Reads a recipe. Files that it names without a leading slash are meant from its own folder.
    /// - Parameter output: the folder to write to in place of the recipe's; from where the program runs.
    /// - Throws: `RecipeError` with the line of what is wrong.
    package init(path: String, output: String? = nil) throws(RecipeError) {
        try self.init(RecipeDocument(path: path), output: output)
    }

    init(_ document: RecipeDocument, output: String? = nil) throws(RecipeError) {
        let reader = RecipeReader(document: document)
        path = document.path
        if let output { self.output = output } else { self.output = reader.place(try document.required(RecipeKeys.output)) }
        origin = try reader.origin()
        name = try document.value(RecipeKeys.name)
        options = try reader.options()
        data = try DataReader(document: document).data(at: reader.existing)
        length = try reader.length()
        step = StepSize(
            tokens: try document.value(RecipeKeys.batchTokens) ?? 16_384, tokensPerPart: try document.value(RecipeKeys.partTokens) ?? 8192)
        seed = try document.value(RecipeKeys.seed) ?? 1
        optimizer = try document.value(RecipeKeys.optimizer) ?? .adamW
        optimizerOptions = try reader.optimizerOptions()
        let clip = try document.value(RecipeKeys.clip) ?? 1
        self.clip = clip > 0 ? clip : nil
        averagedShare = try document.value(RecipeKeys.average) ?? 0
        schedule = try reader.schedule()
        checkpointInterval = try document.value(RecipeKeys.checkpointInterval) ?? 200
        evaluationInterval = try document.value(RecipeKeys.evaluationInterval) ?? 100
        evaluationTokens = try document.value(RecipeKeys.evaluationTokens) ?? 65_536
        evaluationLookups = try document.value(RecipeKeys.evaluationLookups) ?? 0
        export = try reader.export()
        settings = document.settings
    }
}

/// Reads the parts of a recipe.
private struct RecipeReader {
    let document: RecipeDocument

    /// A path of the recipe as seen from where the program runs.
    func place(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = document.path.lastIndex(of: "/") else { return path }
        return document.path[...slash] + path
    }

    /// The place of a file or folder that must be there.
    func existing(_ path: String, _ key: any AnyRecipeKey) throws(RecipeError) -> String {
        let place = place(path)
        guard FileManager.default.fileExists(atPath: place) else {
            throw RecipeError(.missingFile(key: key.path, path: place), path: document.path, line: document.line(of: key))
        }
        return place
    }

    private func contradiction(_ reason: String, _ key: some AnyRecipeKey) -> RecipeError {
        RecipeError(.contradiction(reason), path: document.path, line: document.line(of: key))
    }

    // MARK: Model

    func origin() throws(RecipeError) -> TrainingRecipe.Origin {
        guard let path = try document.value(RecipeKeys.from) else {
            for key in [RecipeKeys.deepenTo, RecipeKeys.ungroupTo] where document.line(of: key) != nil {
                throw contradiction("\"\(key.path)\" is for a model to go on from; name it with model.from", key)
            }
            return .new(try sizes(), tokenizer: try existing(document.required(RecipeKeys.tokenizer), RecipeKeys.tokenizer))
        }
        let ofNewModels: [any AnyRecipeKey] = [
            RecipeKeys.architecture, RecipeKeys.layers, RecipeKeys.width, RecipeKeys.heads, RecipeKeys.keyValueHeads, RecipeKeys.headDim,
            RecipeKeys.feedForward, RecipeKeys.context, RecipeKeys.ropeBase, RecipeKeys.tied, RecipeKeys.modelSeed, RecipeKeys.beginning,
            RecipeKeys.tokenizer,
        ]
        for key in ofNewModels where document.line(of: key) != nil {
            throw contradiction("\"\(key.path)\" is for new models, but model.from names one that has its own", key)
        }
        return .existing(
            try existing(path, RecipeKeys.from), layers: try document.value(RecipeKeys.deepenTo),
            keyValueHeads: try document.value(RecipeKeys.ungroupTo))
    }

    private func sizes() throws(RecipeError) -> FreshModel.Sizes {
        let heads = try document.required(RecipeKeys.heads), width = try document.required(RecipeKeys.width)
        let sizes = FreshModel.Sizes(
            architecture: try document.value(RecipeKeys.architecture) ?? "llama", layers: try document.required(RecipeKeys.layers),
            width: width, heads: heads, keyValueHeads: try document.value(RecipeKeys.keyValueHeads) ?? heads,
            headDim: try document.value(RecipeKeys.headDim) ?? width / heads, feedForward: try document.required(RecipeKeys.feedForward),
            context: try document.value(RecipeKeys.context) ?? 1024, ropeBase: try document.value(RecipeKeys.ropeBase) ?? 10_000,
            tied: try document.value(RecipeKeys.tied) ?? true, seed: try document.value(RecipeKeys.modelSeed) ?? 1,
            beginning: try document.value(RecipeKeys.beginning) ?? .random)
        guard heads.isMultiple(of: sizes.keyValueHeads) else {
            throw contradiction(
                "\"model.key_value_heads\" is \(sizes.keyValueHeads), which does not divide the \(heads) query heads",
                RecipeKeys.keyValueHeads)
        }
        guard sizes.beginning != .copying || CopyingWeights.fit(sizes) else {
            throw contradiction(
                "\"model.first_weights\" can be \"copying\" only for a tied llama of at least 3 layers, a width of 3 heads' dimensions and "
                    + "2 query heads for each key/value head", RecipeKeys.beginning)
        }
        guard sizes.headDim >= 2, sizes.headDim.isMultiple(of: 2) else {
            throw contradiction("heads have \(sizes.headDim) dimensions, but they must have an even number of them", RecipeKeys.heads)
        }
        return sizes
    }

    func options() throws(RecipeError) -> TrainingOptions {
        var adapters: LoRAOptions?
        if document.has(section: "adapters") {
            guard document.has(RecipeKeys.from) else {
                throw contradiction("adapters need a model to be added to; name it with model.from", RecipeKeys.rank)
            }
            adapters = LoRAOptions(
                rank: try document.value(RecipeKeys.rank) ?? 8, alpha: Float(try document.value(RecipeKeys.alpha) ?? 16),
                targets: try document.value(RecipeKeys.targets), seed: try document.value(RecipeKeys.adapterSeed) ?? 1)
        }
        return TrainingOptions(
            precision: try document.value(RecipeKeys.precision) ?? .bfloat16,
            recomputesActivations: try document.value(RecipeKeys.recompute) ?? false, adapters: adapters)
    }

    // MARK: Length

    func length() throws(RecipeError) -> TrainingRecipe.Length {
        switch (try document.value(RecipeKeys.steps), try document.value(RecipeKeys.tokens)) {
        case (let steps?, nil): return .steps(steps)
        case (nil, let tokens?): return .tokens(tokens)
        case (nil, nil): throw RecipeError(.missingKey("steps", expected: RecipeKeys.steps.expected), path: document.path)
        case (_?, _?): throw contradiction("steps and tokens both say how long the training is; give one of them", RecipeKeys.tokens)
        }
    }

    // MARK: Optimizer and export

    func optimizerOptions() throws(RecipeError) -> AdamWOptions {
        var options = AdamWOptions()
        options.firstDecay = try document.value(RecipeKeys.beta1) ?? options.firstDecay
        options.secondDecay = try document.value(RecipeKeys.beta2) ?? options.secondDecay
        options.epsilon = try document.value(RecipeKeys.epsilon) ?? options.epsilon
        options.weightDecay = try document.value(RecipeKeys.decay) ?? options.weightDecay
        return options
    }

    func schedule() throws(RecipeError) -> TrainingRecipe.Schedule {
        TrainingRecipe.Schedule(
            kind: try document.value(RecipeKeys.curve) ?? .cosine, rate: try document.value(RecipeKeys.rate) ?? 0.001,
            warmupSteps: try document.value(RecipeKeys.warmup) ?? 100, decayShare: try document.value(RecipeKeys.decayShare) ?? 0.2,
            finalShare: try document.value(RecipeKeys.final) ?? 0.1)
    }

    func export() throws(RecipeError) -> TrainingRecipe.Export {
        var mixes: [StorageMix] = []
        for type in try document.value(RecipeKeys.exports) ?? ["f16"] {
            guard let mix = StorageMix.named(type) else {
                let known = StorageMix.all.map { $0.name.lowercased() }.joined(separator: ", ")
                let problem = RecipeError.Problem.wrongValue(key: RecipeKeys.exports.path, found: type, expected: "one of \(known)")
                throw RecipeError(problem, path: document.path, line: document.line(of: RecipeKeys.exports))
            }
            mixes.append(mix)
        }
        return TrainingRecipe.Export(mixes: mixes, folder: try document.value(RecipeKeys.exportsFolder) ?? false)
    }
}
