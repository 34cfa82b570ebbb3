import ModelFiles
import Positions

/// The `config.json` that a GGUF file's settings become.
struct FolderSettings {
    let file: GGUFSettings
    let layers: Int
    private(set) var members: JSONObject = [:]

    subscript(name: String) -> JSONValue? {
        get { members[name] }
        set { members[name] = newValue }
    }

    init(_ file: GGUFSettings, kind: FolderDialect.Kind) throws(ModelError) {
        self.file = file
        layers = try file.require("block_count")
        guard (1...1 << 16).contains(layers) else { throw file.bad("block_count", "so many layers are not supported") }
        members = ["architectures": [.string(kind.className)], "model_type": .string(kind.modelType)]
        try setSizes()
        try setConstants()
        try setRotation()
    }

    mutating func copy(int name: String, as setting: String) {
        if let value = file.int(name) { self[setting] = .integer(value) }
    }

    mutating func copy(number name: String, as setting: String) {
        if let value = file.number(name) { self[setting] = .number(value) }
    }

    // MARK: Sizes

    func width() throws(ModelError) -> Int { try file.require("embedding_length") }
    func heads() throws(ModelError) -> Int { try file.require("attention.head_count") }

    /// Dimensions of a head.
    func headDim() throws(ModelError) -> Int {
        if file.int("attention.key_length") != nil { return try file.require("attention.key_length") }
        return try width() / heads()
    }

    /// The part of each head that turns.
    func turningShare() throws(ModelError) -> Double {
        let headDim = try headDim()
        return Double(file.int("rope.dimension_count") ?? headDim) / Double(headDim)
    }

    private mutating func setSizes() throws(ModelError) {
        guard let rows = file.source.tensor("token_embd.weight")?.shape.first else {
            throw .missingTensor("token_embd.weight", file: file.source.path)
        }
        self["vocab_size"] = .integer(rows)
        self["hidden_size"] = .integer(try width())
        self["intermediate_size"] = .integer(try file.require("feed_forward_length"))
        self["num_hidden_layers"] = .integer(layers)
        let heads = try heads()
        self["num_attention_heads"] = .integer(heads)
        self["num_key_value_heads"] = .integer(file.int("attention.head_count_kv") ?? heads)
        if try headDim() * heads != width() { self["head_dim"] = .integer(try headDim()) }
        self["max_position_embeddings"] = .integer(try file.require("context_length"))
    }

    private mutating func setConstants() throws(ModelError) {
        copy(number: "attention.layer_norm_rms_epsilon", as: "rms_norm_eps")
        copy(number: "attention.layer_norm_epsilon", as: "layer_norm_eps")
        self["hidden_act"] = .string(file.string("hidden_activation") ?? "silu")
        self["tie_word_embeddings"] = .bool(!file.has("output.weight"))
        self["attention_bias"] = .bool(file.has("blk.0.attn_q.bias"))
        self["attention_dropout"] = 0.0
        for (role, setting) in [("bos", "bos_token_id"), ("eos", "eos_token_id"), ("padding", "pad_token_id")] {
            self[setting] = file.metadata.int("tokenizer.ggml.\(role)_token_id").map { .integer($0) } ?? .null
        }
        self["use_cache"] = true
    }

    // MARK: Windows

    /// Which layers have the window; nil if the file does not say and nothing is usual.
    func windowPattern(allButEvery period: Int?) throws(ModelError) -> [Bool]? {
        try file.pattern("attention.sliding_window_pattern", allButEvery: period, layers: layers)
    }

    /// The window and the layers that have it.
    mutating func setWindow(allButEvery period: Int? = nil) throws(ModelError) {
        guard let window = file.int("attention.sliding_window"), window > 0 else { return }
        self["sliding_window"] = .integer(window)
        guard let pattern = try windowPattern(allButEvery: period) else { return }
        self["layer_types"] = .array(pattern.map { $0 ? "sliding_attention" : "full_attention" })
    }
}

// MARK: - Rotation

extension FolderSettings {
    private mutating func setRotation() throws(ModelError) {
        self["rope_theta"] = .number(file.number("rope.freq_base") ?? 10_000)
        if let scaling = try scaling() { self["rope_scaling"] = .object(scaling) }
    }

    private func scaling() throws(ModelError) -> JSONObject? {
        if file.has("rope_factors_long.weight") { return try longRoPE() }
        switch file.string("rope.scaling.type") {
        case "linear":
            guard let factor = file.number("rope.scaling.factor"), factor != 1 else { return try llama3() }
            return ["rope_type": "linear", "factor": .number(factor)]
        case "yarn": return try yarn()
        default: return try llama3()
        }
    }

    private func yarn() throws(ModelError) -> JSONObject {
        var scaling: JSONObject = ["rope_type": "yarn", "factor": .number(file.number("rope.scaling.factor") ?? 1)]
        if let original = file.int("rope.scaling.original_context_length") {
            scaling["original_max_position_embeddings"] = .integer(original)
        }
        for (key, setting) in [("beta_fast", "beta_fast"), ("beta_slow", "beta_slow"), ("attn_factor", "attention_factor")] {
            if let number = file.number("rope.scaling.yarn_\(key)") { scaling[setting] = .number(number) }
        }
        if let truncates = file.bool("rope.scaling.yarn_truncate") { scaling["truncate"] = .bool(truncates) }
        return scaling
    }

    private func longRoPE() throws(ModelError) -> JSONObject {
        var scaling: JSONObject = ["type": "longrope"]
        for (tensor, setting) in [("rope_factors_short.weight", "short_factor"), ("rope_factors_long.weight", "long_factor")] {
            scaling[setting] = .array(try file.numbers(tensor).map { .number($0) })
        }
        return scaling
    }

    /// Files hold the divisors that Llama 3's rule gives, and not its numbers; those of all published models are the same but for the
    /// largest divisor and the original window.
    private func llama3() throws(ModelError) -> JSONObject? {
        guard file.has("rope_freqs.weight") else { return nil }
        let found = try file.numbers("rope_freqs.weight"), headDim = try headDim()
        guard found.count * 2 == headDim, let factor = found.max() else {
            throw .badValues(tensor: "rope_freqs.weight", file: file.source.path, reason: "it needs a number for each pair of dimensions")
        }
        if found.allSatisfy({ $0 == 1 }) { return nil }
        let base = file.number("rope.freq_base") ?? 10_000
        for power in 13...20 + 8 {
            // 8192 comes first, as in the published models; smaller windows after the larger ones.
            let original = power <= 20 ? 1 << power : 1 << (33 - power)
            let rule = Llama3Positions(factor: factor, lowFactor: 1, highFactor: 4, originalLength: original)
            let geometry = RotaryGeometry(headDim: headDim, rotaryDim: headDim, layout: .halves, base: base, trainedLength: original)
            guard zip(rule.factors(for: geometry), found).allSatisfy({ abs($0 - $1) < 1e-4 * $1 }) else { continue }
            return [
                "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                "original_max_position_embeddings": .integer(original),
            ]
        }
        throw .badValues(
            tensor: "rope_freqs.weight", file: file.source.path,
            reason: "its numbers are not those of Llama 3, which alone can be told in config.json")
    }
}
