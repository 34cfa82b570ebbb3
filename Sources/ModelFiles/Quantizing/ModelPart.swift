/// The parts of a model that mixtures tell apart, by GGUF's names of tensors.
enum ModelPart: Hashable {
    /// The matrix that gives the logits.
    case output
    case embedding
    /// Values, keys and the output of attention; `joined` is one matrix for queries, keys and values.
    case value, key, attentionOutput, joined
    /// The matrix that leads from the feed-forward width back to the model's.
    case down
    /// The same of several experts in one tensor, and their other matrices.
    case expertDown, expert
    case other

    init(_ tensor: SourceTensor, outputIsEmbedding: Bool) {
        switch tensor.name.split(separator: ".").dropLast().last {
        case "output": self = .output
        case "token_embd": self = outputIsEmbedding ? .output : .embedding
        case "attn_v": self = .value
        case "attn_k": self = .key
        case "attn_output": self = .attentionOutput
        case "attn_qkv": self = .joined
        case "ffn_down", "ffn_down_shexp": self = .down
        case "ffn_down_exps": self = .expertDown
        default: self = tensor.shape.count == 3 ? .expert : .other
        }
    }
}

extension SourceTensor {
    /// Tensors of two dimensions and more that are small and steer much: they stay as they are.
    private static let keptParts = [
        "_norm.", "ffn_gate_inp.", "position_embd", "token_types", "ssm_conv1d", "shortconv", "attn_rel_b", "time_mix_", "altup", "laurel",
        "per_layer_model_proj", "cls.",
    ]

    /// Whether a mixture decides how the tensor is stored: matrices and stacks of them, but no norms, biases, positions and routers.
    package var isMixed: Bool {
        shape.count >= 2 && name.hasSuffix("weight") && !Self.keptParts.contains { name.contains($0) }
    }

    /// The layer that "blk.N.…" belongs to; 0 for others.
    var layer: Int {
        let parts = name.split(separator: ".")
        return parts.count > 1 && parts[0] == "blk" ? Int(parts[1]) ?? 0 : 0
    }
}
