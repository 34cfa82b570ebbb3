extension HuggingFaceTranslation {
    /// Takes fused projections apart in which the queries of each key and value head are followed by its key and its value: all queries
    /// come first, then all keys, then all values, as GGUF files have them.
    package mutating func ungroup(heads: Int, keyValueHeads: Int) throws {
        let headDim = try headDim()
        guard (1...1 << 20).contains(heads), keyValueHeads > 0, heads.isMultiple(of: keyValueHeads), headDim <= 1 << 20 else {
            try config.refuse("num_attention_heads", "\(heads) heads and \(keyValueHeads) of keys and values do not fit together")
        }
        let rows = (heads + 2 * keyValueHeads) * headDim, path = path
        try change("attn_qkv.weight", "attn_qkv.bias") { recipe in
            guard recipe.tensor.shape.first == rows else {
                throw ModelError.wrongShape(
                    tensor: recipe.tensor.name, shape: recipe.tensor.shape, expected: [rows] + recipe.tensor.shape.dropFirst(),
                    file: path)
            }
            return recipe.reordered(Self.order(heads: heads, keyValueHeads: keyValueHeads, headDim: headDim))
        }
    }

    private static func order(heads: Int, keyValueHeads: Int, headDim: Int) -> [Int] {
        let group = heads / keyValueHeads
        func rows(_ heads: Range<Int>) -> [Int] {
            (0..<keyValueHeads).flatMap { groupIndex in
                let first = groupIndex * (group + 2)
                return (first + heads.lowerBound) * headDim..<(first + heads.upperBound) * headDim
            }
        }
        return rows(0..<group) + rows(group..<group + 1) + rows(group + 1..<group + 2)
    }
}
