import ModelFiles
import Tensors

extension GPTOSS {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["gpt_oss": "gpt-oss"],
        tensors: [
            "layers.#.post_attention_layernorm": "blk.#.post_attention_norm",
            "layers.#.mlp.router": "blk.#.ffn_gate_inp",
        ]
    ) { model in
        model.set("swiglu_limit", try model.config.number("swiglu_limit"))
        model.set("expert_feed_forward_length", try model.config.size("intermediate_size"))
        for (layer, tensor) in model.tensors("layers.#.self_attn.sinks") {
            guard let type = tensor.weightType else { continue }
            model.add(TensorRecipe("blk.\(layer).attn_sinks.weight", viewing: tensor, as: type))
        }
        for (source, targets) in stacks {
            for target in targets { try addExperts(source, as: target, to: &model) }
        }
    }

    /// One of GGUF's three stacks of experts, and which outputs of a checkpoint's tensor it holds.
    private struct Stack {
        let name: String
        /// The first output and the step to the next: those of gate and up take turns.
        let first: Int
        let step: Int

        func outputs(of count: Int) -> [Int] { Array(stride(from: first, to: count, by: step)) }
    }

    private static let stacks = [
        "gate_up_proj": [Stack(name: "ffn_gate_exps", first: 0, step: 2), Stack(name: "ffn_up_exps", first: 1, step: 2)],
        "down_proj": [Stack(name: "ffn_down_exps", first: 0, step: 1)],
    ]

    /// Experts are kept as numbers `[experts, inputs, outputs]` or packed, with biases `[experts, outputs]`.
    private static func addExperts(_ source: String, as stack: Stack, to model: inout HuggingFaceTranslation) throws {
        let pattern = "layers.#.mlp.experts.\(source)"
        for (layer, tensor) in model.tensors(pattern) {
            model.add(try plain(tensor, stack, name: "blk.\(layer).\(stack.name).weight", in: model))
        }
        for (layer, blocks) in model.tensors(pattern + "_blocks") {
            model.add(try packed(blocks, stack, name: "blk.\(layer).\(stack.name).weight", in: model))
        }
        for (layer, tensor) in model.tensors(pattern + "_bias") {
            model.add(try biases(tensor, stack, name: "blk.\(layer).\(stack.name).bias", in: model))
        }
    }

    private static func plain(
        _ tensor: FolderTensor, _ stack: Stack, name: String, in model: HuggingFaceTranslation
    ) throws(ModelError) -> TensorRecipe {
        guard tensor.shape.count == 3, let type = tensor.weightType else { throw misshapen(tensor, model) }
        let experts = tensor.shape[0], inputs = tensor.shape[1], outputs = stack.outputs(of: tensor.shape[2])
        return TensorRecipe(SourceTensor(name: name, shape: [experts, outputs.count, inputs], type: type)) { folder in
            let all = try folder.matrix(tensor.name)
            return try (0..<experts).map { try all.rows($0 * inputs..<($0 + 1) * inputs).transposed().reordered(outputs) }
        }
    }

    private static func biases(
        _ tensor: FolderTensor, _ stack: Stack, name: String, in model: HuggingFaceTranslation
    ) throws(ModelError) -> TensorRecipe {
        guard tensor.shape.count == 2, let type = tensor.weightType else { throw misshapen(tensor, model) }
        let outputs = stack.outputs(of: tensor.shape[1])
        return TensorRecipe(SourceTensor(name: name, shape: [tensor.shape[0], outputs.count], type: type)) { folder in
            [try folder.matrix(tensor.name).transposed().reordered(outputs).transposed()]
        }
    }

    /// Blocks `[experts, outputs, blocks, 16]` and, in a tensor of their own, their scales `[experts, outputs, blocks]`.
    private static func packed(
        _ blocks: FolderTensor, _ stack: Stack, name: String, in model: HuggingFaceTranslation
    ) throws(ModelError) -> TensorRecipe {
        let scalesName = blocks.name.dropLast("_blocks".count) + "_scales"
        guard let scales = model.tensor(String(scalesName)) else { throw .missingTensor(String(scalesName), file: model.path) }
        guard blocks.element == .uint8, blocks.shape.count == 4, blocks.shape[3] == StorageType.mxfp4.blockBytes - 1 else {
            throw misshapen(blocks, model)
        }
        guard scales.element == .uint8, scales.shape == blocks.shape.dropLast() else { throw misshapen(scales, model) }
        let experts = blocks.shape[0], rows = blocks.shape[1], columns = blocks.shape[2] * StorageType.mxfp4.blockLength
        let outputs = stack.outputs(of: rows)
        return TensorRecipe(SourceTensor(name: name, shape: [experts, outputs.count, columns], type: .mxfp4)) { folder in
            try (0..<experts).map { expert in
                try folder.withBytes(of: blocks) { bytes in
                    try folder.withBytes(of: scales) {
                        try Matrix(repacking: bytes, scales: $0, rows: outputs.map { expert * rows + $0 }, columns: columns)
                    }
                }
            }
        }
    }

    private static func misshapen(_ tensor: FolderTensor, _ model: HuggingFaceTranslation) -> ModelError {
        .badValues(
            tensor: tensor.name, file: model.path,
            reason: "a tensor of \(tensor.element.rawValue) with the shape \(tensor.shape) cannot hold experts")
    }
}
