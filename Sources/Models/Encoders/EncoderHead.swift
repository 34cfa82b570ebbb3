import ModelFiles

/// How a family's models for classifying texts end: a layer with an activation, a norm perhaps, and a layer with a number for each class. GGUF files
/// call them "cls", "cls.norm" and "cls.output".
package struct EncoderHead: Sendable {
    /// What stands behind the first of the two layers.
    package enum Activation: String, Sendable {
        case tanh, gelu, relu
        /// Its approximation by a hyperbolic tangent.
        case geluTanh = "gelu_new"
    }

    /// GGUF's names by those of folders.
    let tensors: [String: String]
    let activation: Activation
    /// What `config.json` calls the activation, where it does.
    let setting: String?
    /// How many tokens, the first ones, such models let see the whole text.
    package let globalTokens: Int

    init(
        dense: String, norm: String? = nil, output: String, activation: Activation = .tanh, setting: String? = nil, globalTokens: Int = 0
    ) {
        var tensors = [dense: "cls", output: "cls.output"]
        if let norm { tensors[norm] = "cls.norm" }
        self.tensors = tensors
        self.activation = activation
        self.setting = setting
        self.globalTokens = globalTokens
    }

    /// The key of a setting of heads.
    package static func key(_ name: String, _ architecture: String) -> String { "\(architecture).classifier.\(name)" }

    /// The activation of a model's head: as its files say, or as the architecture usually has it.
    /// - Throws: `ModelError` for one that is not known.
    package static func activation(of source: any ModelSource) throws -> Activation {
        let architecture = try source.metadata.requireString("general.architecture"), key = key("activation", architecture)
        guard let name = source.metadata.string(key) else { return usual(architecture) }
        guard let activation = Activation(rawValue: name) else {
            throw ModelError.badMetadata(
                key: key, value: name, file: source.path, reason: "only tanh, gelu, gelu_new and relu are supported")
        }
        return activation
    }

    private static func usual(_ architecture: String) -> Activation {
        EncoderRegistry.family(of: architecture)?.head?.activation ?? .tanh
    }

    /// Refuses a model whose head would be another in programs that know nothing of activations.
    static func requireUsual(_ source: HuggingFaceSource) throws {
        let activation = try activation(of: source)
        guard activation == usual(try source.metadata.requireString("general.architecture")) else {
            throw ModelError.badValues(
                tensor: "cls.weight", file: source.path,
                reason: "a GGUF file cannot say that \(activation.rawValue) stands behind this layer; use the folder itself")
        }
    }
}

extension HuggingFaceDialect {
    /// The same with a head, where a folder has one.
    func adding(_ head: EncoderHead?) -> HuggingFaceDialect {
        guard let head else { return self }
        var dialect = self
        dialect.tensors.merge(head.tensors) { $1 }
        dialect.adjust = { model in
            try adjust(&model)
            try model.translate(head)
        }
        return dialect
    }
}

extension HuggingFaceTranslation {
    /// Says what a head's numbers mean. Poolers without a head, and heads for tokens instead of texts, are left out.
    fileprivate mutating func translate(_ head: EncoderHead) throws {
        let kinds = config["architectures"]?.array?.compactMap(\.string) ?? []
        guard recipes["cls.weight"] != nil, let output = recipes["cls.output.weight"]?.tensor,
            !kinds.contains(where: { $0.hasSuffix("ForTokenClassification") })
        else { return removeTensors { $0.hasPrefix("cls.") } }
        let names = config["id2label"]?.object
        set("classifier.output_labels", (0..<(output.shape.first ?? 0)).map { names?[String($0)]?.string ?? "LABEL_\($0)" })
        set("classifier.problem_type", try config.string("problem_type"))
        if try config.string("classifier_pooling") == "mean" { set("classifier.pooling_type", 1) }
        set("classifier.activation", try head.setting.flatMap { try config.string($0) } ?? head.activation.rawValue)
    }
}
