import ModelFiles
import Positions

extension HuggingFaceTranslation {
    /// Makes of the translation what GGUF files of the architecture hold, so that any program can read it.
    /// - Parameter layout: how query and key rows lie in them.
    mutating func publish(layout: Rotary.Layout) throws {
        if layout == .interleaved, metadata.string(LayerRotation.layoutKey) == Rotary.Layout.halves.rawValue {
            try interleavePairs()
        }
        set(key: LayerRotation.layoutKey, nil)
        set(key: "general.type", .string("model"))
        try publishScaling()
    }

    // MARK: Rotation pairs

    /// Brings the two rows of each rotation pair side by side, in the tensors of queries and keys alone and in those that join them.
    private mutating func interleavePairs() throws {
        let settings = metadata
        let heads = try config.require(settings.int("\(architecture).attention.head_count"), "num_attention_heads")
        let keyHeads = settings.int("\(architecture).attention.head_count_kv") ?? heads
        let headDim = try headDim(), turning = settings.int("\(architecture).rope.dimension_count") ?? headDim
        guard (1...1 << 16).contains(heads), (1...heads).contains(keyHeads), (2...1024).contains(headDim), turning <= headDim else {
            try config.refuse("num_attention_heads", "\(heads) heads of \(headDim) dimensions cannot be turned")
        }
        func order(_ heads: Int) -> [Int] { Self.interleaved(heads: heads, headDim: headDim, turning: turning) }
        try reorder(order(heads), "attn_q.weight", "attn_q.bias")
        try reorder(order(keyHeads), "attn_k.weight", "attn_k.bias")
        let turned = order(heads + keyHeads)
        try reorder(turned + (turned.count..<turned.count + keyHeads * headDim), "attn_qkv.weight", "attn_qkv.bias")
    }

    private mutating func reorder(_ order: [Int], _ endings: String...) throws {
        let path = path
        for ending in endings {
            try change(ending) { recipe in
                guard recipe.tensor.shape.first == order.count else {
                    throw ModelError.wrongShape(
                        tensor: recipe.tensor.name, shape: recipe.tensor.shape,
                        expected: [order.count] + recipe.tensor.shape.dropFirst(), file: path)
                }
                return recipe.reordered(order)
            }
        }
    }

    /// The old row of each new one: rows `i` and `i + turning / 2` of a head become `2i` and `2i + 1`; those that do not turn stay.
    static func interleaved(heads: Int, headDim: Int, turning: Int) -> [Int] {
        let half = turning / 2
        let head = (0..<half).flatMap { [$0, $0 + half] } + Array(2 * half..<headDim)
        return (0..<heads).flatMap { index in head.map { index * headDim + $0 } }
    }

    // MARK: Scaled positions

    /// Other programs know less about scaled positions, and some stop at kinds that they do not know.
    private mutating func publishScaling() throws {
        let scaling = "\(architecture).rope.scaling"
        switch metadata.string("\(scaling).type") {
        case "dynamic":
            // It changes nothing within the window that the model was trained for, and GGUF has no name for it.
            for name in ["type", "factor"] { set(key: "\(scaling).\(name)", nil) }
        case "yarn":
            // Their gain is what the paper recommends times this.
            guard let gain = metadata.float("\(scaling).yarn_attn_factor"), let factor = metadata.float("\(scaling).factor") else { return }
            let share = gain / YarnPositions.gain(factor: factor)
            if abs(share - 1) > 1e-6 { set("rope.scaling.attn_factor", share) }
        default: return
        }
    }
}
