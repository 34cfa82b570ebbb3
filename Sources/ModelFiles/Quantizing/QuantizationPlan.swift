import Tensors

/// What each tensor of a model will be stored as.
package struct QuantizationPlan: Sendable {
    package struct Step: Hashable, Sendable {
        package let tensor: SourceTensor
        package let type: StorageType

        /// Whether the bytes stay as they are.
        var isCopy: Bool { tensor.type == type }
    }

    package let mix: StorageMix
    /// In the order of the source.
    package let steps: [Step]

    /// - Parameter allowsRequantizing: whether tensors may be changed that were quantised before.
    /// - Throws: `ModelFileError` for the first tensor that may not be changed or cannot be read.
    package init(_ source: some ModelSource, mix: StorageMix, allowsRequantizing: Bool = false) throws(ModelFileError) {
        let sizes = Sizes(source)
        var steps: [Step] = []
        for tensor in source.tensors {
            let step = Step(tensor: tensor, type: Self.type(for: tensor, mix: mix, sizes: sizes))
            if !step.isCopy { try Self.check(tensor, allowsRequantizing: allowsRequantizing, path: source.path) }
            steps.append(step)
        }
        self.mix = mix
        self.steps = steps
    }

    /// For a model that becomes a GGUF file for the first time: what no mixture decides about is stored in F32, as published files have it.
    /// Blocks stay as they are unless the weights are to be plain numbers.
    /// - Parameter mix: nil stores the matrices as the source has them.
    package init(publishing source: some ModelSource, mix: StorageMix? = nil) {
        let sizes = Sizes(source)
        steps = source.tensors.map { tensor in
            guard tensor.isMixed else { return Step(tensor: tensor, type: .f32) }
            guard let mix, tensor.type.blockLength == 1 || mix.base.blockLength == 1 else { return Step(tensor: tensor, type: tensor.type) }
            return Step(tensor: tensor, type: Self.type(for: tensor, mix: mix, sizes: sizes))
        }
        self.mix = mix ?? Self.mostUsed(steps)
    }

    /// The mixture that is named after the type that most weights have.
    private static func mostUsed(_ steps: [Step]) -> StorageMix {
        var weights: [StorageType: Int] = [:]
        for step in steps where step.tensor.isMixed { weights[step.type, default: 0] += step.tensor.elementCount }
        let type = weights.max { ($0.value, $0.key.name) < ($1.value, $1.key.name) }?.key ?? .f32
        return StorageMix.all.first { $0.name == type.name } ?? StorageMix.all[0]
    }

    /// The sizes of a model that mixtures look at.
    private struct Sizes {
        let layers: Int
        let experts: Int
        let outputIsEmbedding: Bool

        init(_ source: some ModelSource) {
            let architecture = source.metadata.string("general.architecture") ?? ""
            let named = (source.tensors.map(\.layer).max() ?? 0) + 1
            layers = max(source.metadata.int("\(architecture).block_count") ?? named, 1)
            experts = source.metadata.int("\(architecture).expert_count") ?? 0
            outputIsEmbedding = source.tensor("output.weight") == nil
        }
    }

    private static func type(for tensor: SourceTensor, mix: StorageMix, sizes: Sizes) -> StorageType {
        guard tensor.isMixed else { return tensor.type }
        let part = ModelPart(tensor, outputIsEmbedding: sizes.outputIsEmbedding)
        return mix.type(for: part, layer: tensor.layer, of: sizes.layers, experts: sizes.experts).fitting(columns: tensor.columns)
    }

    private static func check(_ tensor: SourceTensor, allowsRequantizing: Bool, path: String) throws(ModelFileError) {
        guard tensor.type.isComputable else {
            throw ModelFileError(
                .wrongType(expected: "of a type that can be read", found: tensor.type.name), path: path, subject: .tensor(tensor.name))
        }
        guard tensor.type.blockLength == 1 || allowsRequantizing else {
            throw ModelFileError(.alreadyQuantized(type: tensor.type.name), path: path, subject: .tensor(tensor.name))
        }
    }
}

extension StorageType {
    /// This type where a row of so many weights divides into its blocks; else the next finer type of shorter blocks where it does, or
    /// half precision.
    func fitting(columns: Int) -> StorageType {
        let candidates = [self, shorterBlocks, .f16].compactMap(\.self)
        return candidates.first { columns.isMultiple(of: $0.blockLength) } ?? .f16
    }

    /// For types of 256 weights a block, the next finer one of 32.
    private var shorterBlocks: StorageType? {
        switch self {
        case .q2_k, .q3_k: .q4_0
        case .q4_k: .q5_0
        case .q5_k: .q5_1
        case .q6_k: .q8_0
        case .iq4_xs: .iq4_nl
        default: nil
        }
    }
}
