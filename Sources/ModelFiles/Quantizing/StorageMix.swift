import Tensors

/// How the tensors of a model are stored: most in one type, some parts that suffer more from rounding in a finer one.
///
/// The mixtures and their names are those under which models are published as GGUF (documentation of llama.cpp's `quantize`).
package struct StorageMix: Hashable, Sendable {
    /// "Q4_K_M".
    package let name: String
    /// The number that stands for it in a file's `general.file_type`.
    package let fileType: UInt32
    /// What most matrices are stored in.
    package let base: StorageType
    /// Parts that are stored otherwise; the first that fits counts.
    let exceptions: [Exception]

    struct Exception: Hashable {
        let part: ModelPart
        let layers: LayerShare
        let type: StorageType
    }

    private init(_ name: String, _ fileType: UInt32, _ base: StorageType, _ exceptions: [Exception] = []) {
        self.name = name
        self.fileType = fileType
        self.base = base
        self.exceptions = exceptions
    }

    /// What a part of a model is stored in, as long as its rows divide into blocks.
    func type(for part: ModelPart, layer: Int, of layers: Int, experts: Int) -> StorageType {
        if experts >= Self.manyExperts, let type = typeBesideExperts(part) { return type }
        return exceptions.first { $0.part == part && $0.layers.contains(layer, of: layers) }?.type ?? base
    }

    /// With so many experts, attention is a small part of a model, and finer keys and values cost next to nothing.
    private static let manyExperts = 8

    private func typeBesideExperts(_ part: ModelPart) -> StorageType? {
        switch part {
        case .value, .key: base.blockLength > 1 ? .q8_0 : nil
        case .attentionOutput: [.q2_k, .q3_k, .q4_k, .iq4_nl, .iq4_xs].contains(base) ? .q5_k : nil
        default: nil
        }
    }
}

/// Some of a model's layers.
enum LayerShare: Hashable {
    case all
    case first(Int)
    /// The first of so many equal parts.
    case firstPart(of: Int)
    /// The first and the last eighth, where rounding does most harm, and every third layer between them.
    case endsAndThirds

    func contains(_ layer: Int, of layers: Int) -> Bool {
        switch self {
        case .all: true
        case .first(let count): layer < count
        case .firstPart(let parts): layer < layers / parts
        case .endsAndThirds: layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2
        }
    }
}

// MARK: - The mixtures

extension StorageMix {
    /// In the order of their sizes within each kind.
    package static let all: [StorageMix] = [
        StorageMix("F32", 0, .f32), StorageMix("F16", 1, .f16), StorageMix("BF16", 32, .bf16), StorageMix("Q8_0", 7, .q8_0),
        StorageMix("Q6_K", 18, .q6_k, output),
        StorageMix("Q5_K_M", 17, .q5_k, output + finer([.value] + downs, .endsAndThirds, .q6_k) + finer([.joined], .all, .q6_k)),
        StorageMix("Q5_K_S", 16, .q5_k, output), StorageMix("Q5_1", 9, .q5_1, output), StorageMix("Q5_0", 8, .q5_0, output),
        StorageMix("Q4_K_M", 15, .q4_k, output + finer([.value] + downs, .endsAndThirds, .q6_k) + finer([.joined], .all, .q5_k)),
        StorageMix(
            "Q4_K_S", 14, .q4_k, output + finer([.value], .first(4), .q5_k) + finer(downs, .firstPart(of: 8), .q5_k)),
        StorageMix("IQ4_NL", 25, .iq4_nl, output + finer([.value], .all, .q5_k) + finer(downs, .firstPart(of: 8), .q5_k)),
        StorageMix("IQ4_XS", 30, .iq4_xs, output + finer([.value], .all, .q5_k) + finer(downs, .firstPart(of: 8), .q5_k)),
        StorageMix("Q4_1", 3, .q4_1, output), StorageMix("Q4_0", 2, .q4_0, output),
        StorageMix("MXFP4", 38, .q8_0, finer([.expert, .expertDown], .all, .mxfp4)),
        StorageMix("Q3_K_L", 13, .q3_k, output + finer([.value, .attentionOutput] + downs, .all, .q5_k) + finer([.joined], .all, .q4_k)),
        StorageMix(
            "Q3_K_M", 12, .q3_k,
            output + finer([.value], .first(2), .q5_k) + finer(downs, .firstPart(of: 16), .q5_k)
                + finer([.value, .attentionOutput, .joined] + downs, .all, .q4_k)),
        StorageMix("Q3_K_S", 11, .q3_k, output),
        StorageMix("Q2_K", 10, .q2_k, output + finer([.value], .all, .q4_k) + finer([.attentionOutput] + downs, .all, .q3_k)),
    ]

    /// The mixture of that name in any case. A name without a size stands for the middle one: Q4_K is Q4_K_M.
    package static func named(_ name: String) -> StorageMix? {
        let name = name.uppercased()
        return all.first { $0.name == name } ?? all.first { $0.name == name + "_M" }
    }

    /// The matrix that gives the logits is finer in every mixture of coarse types.
    private static let output = finer([.output], .all, .q6_k)

    private static let downs: [ModelPart] = [.down, .expertDown]

    private static func finer(_ parts: [ModelPart], _ layers: LayerShare, _ type: StorageType) -> [Exception] {
        parts.map { Exception(part: $0, layers: layers, type: type) }
    }
}
