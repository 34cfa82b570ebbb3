extension Llama {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["llama": "llama", "mistral": "llama", "mixtral": "llama"],
        tensors: [
            "layers.#.block_sparse_moe.gate": "blk.#.ffn_gate_inp",
            "layers.#.block_sparse_moe.experts.#.w1": "blk.#.ffn_gate_exps",
            "layers.#.block_sparse_moe.experts.#.w2": "blk.#.ffn_down_exps",
            "layers.#.block_sparse_moe.experts.#.w3": "blk.#.ffn_up_exps",
        ])
}
