/// RoBERTa and XLM-RoBERTa: BERT whose table of positions begins with rows that no token of a text uses, those up to the padding token's
/// number. GGUF files leave them out and call the rest BERT. (Liu et al., RoBERTa, 2019; Conneau et al., XLM-R, 2020.)
package enum RoBERTa: EncoderFamily {
    /// None of its own: a folder becomes BERT.
    package static let architectures: [String] = []

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["roberta": "bert", "xlm-roberta": "bert", "camembert": "bert"],
        defaults: ["layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 1, "max_position_embeddings": 512],
        tensors: BERT.tensorNames
    ) { model in
        try BERT.refuseVariants(&model)
        try dropUnusedPositions(&model)
    }

    package static let head: EncoderHead? = EncoderHead(dense: "classifier.dense", output: "classifier.out_proj")

    /// Leaves out the rows of positions up to the padding token's number.
    static func dropUnusedPositions(_ model: inout HuggingFaceTranslation) throws {
        let rows = try model.config.require(try model.config.size("max_position_embeddings"), "max_position_embeddings")
        let unused = try model.config.require(try model.config.size("pad_token_id"), "pad_token_id") + 1
        guard unused < rows else { try model.config.refuse("pad_token_id", "no positions are left behind it") }
        model.set("context_length", rows - unused)
        let path = model.path
        try model.change("position_embd.weight") { recipe throws in
            guard recipe.tensor.shape.first == rows else {
                throw ModelError.wrongShape(
                    tensor: recipe.tensor.name, shape: recipe.tensor.shape, expected: [rows], file: path)
            }
            return recipe.dropping(rows: unused)
        }
    }

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds { try BERT.ends(&model) }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer { try BERT.layer(&layer) }
}
