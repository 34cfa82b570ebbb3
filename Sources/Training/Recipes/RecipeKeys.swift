import ModelFiles

/// All keys of a recipe.
package enum RecipeKeys {
    // MARK: The whole

    static let output = RecipeKey(
        "output", .path, changesResult: false, "The folder for the checkpoint, the metrics, the loss curve and the finished model.")
    static let steps = RecipeKey("steps", .whole(1...100_000_000), "Steps of the optimizer. Either this or tokens.")
    static let tokens = RecipeKey(
        "tokens", .whole(1...1_000_000_000_000), "Tokens to learn from, in place of steps; as many steps are made as reach them.")
    static let batchTokens = RecipeKey(
        "batch_tokens", .whole(1...100_000_000), usual: "16384", "Tokens of a step. Gradients of smaller parts are added up.")
    static let partTokens = RecipeKey(
        "part_tokens", .whole(1...100_000_000), usual: "8192", "Tokens that are gone through at once: fewer take less memory.")
    static let precision = RecipeKey(
        "precision", .choice([("bfloat16", TrainingOptions.Precision.bfloat16), ("float32", .float32)]), usual: "bfloat16",
        "In which numbers products are computed. Masters, norms, rotation and sums are float32 in any case.")
    static let recompute = RecipeKey(
        "recompute", .truth, usual: "false",
        "Keep only the input of each layer and run it again on the way back: less memory, a third "
            + "more work, the same bits.")
    static let seed = RecipeKey("seed", .seed, usual: "1", "Of the order of the data and of generated tasks.")

    // MARK: Model

    static let from = RecipeKey(
        "model.from", .path, "A GGUF file or a folder to go on from. Without it a new model is made, of the sizes below.")
    static let deepenTo = RecipeKey(
        "model.deepen_to", .whole(1...512),
        "Layers that the model that is gone on from gets: copies of its own, silent until they have learned something.")
    static let ungroupTo = RecipeKey(
        "model.ungroup_to", .whole(1...1024),
        "Key/value heads that the model that is gone on from gets: each of its own several times, alike until they have learned something.")
    static let architecture = RecipeKey(
        "model.architecture", .choice(FreshModel.architectures.map { ($0, $0) }), usual: "llama", "Of a new model.")
    static let name = RecipeKey(
        "model.name", .text("a name"), usual: "that of the output", changesResult: false, "What the model is called.")
    static let layers = RecipeKey("model.layers", .whole(1...512), "Layers of a new model.")
    static let width = RecipeKey("model.width", .whole(1...65_536), "Length of the states between its layers.")
    static let heads = RecipeKey("model.heads", .whole(1...1024), "Query heads.")
    static let keyValueHeads = RecipeKey(
        "model.key_value_heads", .whole(1...1024), usual: "heads", "Key/value heads; they must divide the query heads.")
    static let headDim = RecipeKey("model.head_dim", .whole(2...256), usual: "width / heads", "Dimensions of a head.")
    static let feedForward = RecipeKey("model.feed_forward", .whole(1...1_000_000), "Width of the feed-forward networks.")
    static let context = RecipeKey(
        "model.context", .whole(2...10_000_000), usual: "1024", "The longest sequence that the model is made for.")
    static let ropeBase = RecipeKey("model.rope_base", .number(1...1e12), usual: "10000", "Base of the rotary positions.")
    static let tied = RecipeKey("model.tied", .truth, usual: "true", "Whether the embedding is the output head, too.")
    static let modelSeed = RecipeKey("model.seed", .seed, usual: "1", "Of the first weights.")
    static let beginning = RecipeKey(
        "model.first_weights", .choice([("random", FreshModel.Beginning.random), ("copying", .copying)]), usual: "random",
        "What a new model can do: nothing yet, or copy what came behind the same token before, from which looking things up is soon learned."
    )
    static let tokenizer = RecipeKey(
        "tokenizer", .path,
        "The tokenizer of a new model: a GGUF file, or a folder with a tokenizer.json. Models to go on from have their own.")

    // MARK: Adapters

    static let rank = RecipeKey(
        "adapters.rank", .whole(1...4096), usual: "8", "Rank of low-rank adapters. With this section only they are trained.")
    static let alpha = RecipeKey("adapters.alpha", .number(1e-6...1e6), usual: "16", "Their weight is alpha / rank.")
    static let targets = RecipeKey(
        "adapters.layers", .texts("a list of names of linear layers, such as attn_q or ffn_up"), usual: "all",
        "Which linear layers get one.")
    static let adapterSeed = RecipeKey("adapters.seed", .seed, usual: "1", "Of their first weights.")

    // MARK: Optimizer

    static let optimizer = RecipeKey(
        "optimizer.kind", .choice([("adamw", OptimizerKind.adamW), ("muon", .muon)]), usual: "adamw",
        "AdamW, or Muon for the matrices of layers and AdamW for the rest.")
    static let rate = RecipeKey("optimizer.rate", .number(0...10), usual: "0.001", "The highest learning rate.")
    static let beta1 = RecipeKey(
        "optimizer.beta1", .number(0...0.9999), usual: "0.9", "How much of the mean gradient stays from step to step.")
    static let beta2 = RecipeKey("optimizer.beta2", .number(0...0.99999), usual: "0.95", "The same of the mean squared gradient.")
    static let epsilon = RecipeKey("optimizer.epsilon", .number(1e-16...1), usual: "1e-8", "Added to the root of the mean square.")
    static let decay = RecipeKey("optimizer.weight_decay", .number(0...10), usual: "0.1", "Of matrices; norms and biases do not decay.")
    static let clip = RecipeKey("optimizer.clip", .number(0...1e9), usual: "1", "The longest gradient that is not shortened; 0: none is.")
    static let average = RecipeKey(
        "optimizer.average", .number(0...1), usual: "0",
        "The share of the steps at the end whose mean weights become the model; 0: the last weights do.")

    // MARK: Schedule

    static let curve = RecipeKey(
        "schedule.kind", .choice([("constant", ScheduleKind.constant), ("cosine", .cosine), ("wsd", .stableThenDecay)]), usual: "cosine",
        "What the learning rate does behind the warm-up: stay, follow half a cosine, or stay (wsd) until it falls in a straight line.")
    static let warmup = RecipeKey("schedule.warmup", .whole(0...100_000_000), usual: "100", "Steps until the highest rate is reached.")
    static let decayShare = RecipeKey(
        "schedule.decay", .number(0...1), usual: "0.2", "The share of the steps in which the rate of wsd falls.")
    static let final = RecipeKey("schedule.final", .number(0...1), usual: "0.1", "The rate in the end, as a share of the highest.")

    // MARK: Watching and saving

    static let checkpointInterval = RecipeKey(
        "checkpoint.every", .whole(1...100_000_000), usual: "200", changesResult: false, "Steps from one checkpoint to the next.")
    static let evaluationInterval = RecipeKey(
        "evaluation.every", .whole(1...100_000_000), usual: "100", "Steps from one look at the held-out part to the next.")
    static let evaluationTokens = RecipeKey(
        "evaluation.tokens", .whole(1...1_000_000_000), usual: "65536", "Tokens of the held-out part that are looked at each time.")
    static let evaluationLookups = RecipeKey(
        "evaluation.lookups", .whole(0...1_000_000), usual: "0",
        "Generated cases of each class (passkeys, wordings seen and unseen, refusals) that are asked each time.")
    static let exports = RecipeKey(
        "export.types", .texts("a list of types of GGUF files, such as f16 or q8_0"), usual: "f16", changesResult: false,
        "What the finished model is stored as: a GGUF file for each.")
    static let exportsFolder = RecipeKey(
        "export.folder", .truth, usual: "false", changesResult: false, "Whether a folder in the layout of Hugging Face is written, too.")

    /// In the order of the documentation.
    package static let all: [any AnyRecipeKey] =
        [
            output, steps, tokens, batchTokens, partTokens, precision, recompute, seed, tokenizer, from, deepenTo, ungroupTo, architecture,
            name,
            layers, width,
            heads, keyValueHeads, headDim, feedForward, context, ropeBase, tied, modelSeed, beginning, rank, alpha, targets, adapterSeed,
        ] + data + [
            optimizer, rate, beta1, beta2, epsilon, decay, clip, average, curve, warmup, decayShare, final, checkpointInterval,
            evaluationInterval, evaluationTokens, evaluationLookups, exports, exportsFolder,
        ]
}

/// Which optimizer there is to be.
package enum OptimizerKind: Sendable {
    case adamW, muon
}

/// Which curve the learning rate follows.
package enum ScheduleKind: Sendable {
    case constant, cosine, stableThenDecay
}
