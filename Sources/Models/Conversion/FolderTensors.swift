import ModelFiles
import Positions
import Tensors

/// The tensors of a GGUF file under the names and in the layouts of a folder.
struct FolderTensors {
    private(set) var weights: [FolderModel.Weight] = []
    private let settings: GGUFSettings
    private let dialect: FolderDialect
    private let type: StorageType?
    /// The folder's names by those of GGUF: "layers.#.self_attn.q_proj" by "blk.#.attn_q".
    private let names: [String: String]
    /// The rows of queries and keys, as folders have them; nil where they lie so already.
    private let pairsLieTogether: Bool

    /// Tensors that are settings in folders.
    private static let settingNames: Set<String> = ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"]

    /// - Parameter type: nil keeps plain types.
    init(_ settings: GGUFSettings, dialect: FolderDialect, type: StorageType?) throws {
        self.settings = settings
        self.dialect = dialect
        self.type = type
        let family = try DecoderRegistry.family(of: settings.architecture, in: settings.source.path)
        pairsLieTogether = family.rotaryLayout == .interleaved && !dialect.keepsPairs
        names = Self.names(family.huggingFace, modelType: dialect.kind(settings).modelType)
        for tensor in settings.source.tensors where !Self.settingNames.contains(tensor.name) { try add(tensor) }
    }

    /// The table of names turned around. Of several that mean one tensor those of the family come first.
    private static func names(_ family: HuggingFaceDialect, modelType: String) -> [String: String] {
        var names: [String: String] = [:]
        for (own, target) in TensorNames.usual where family.tensors[own] == nil && own != "layers.#.mlp.gate_up_proj" {
            names[target] = own
        }
        return names.merging(family.tensors.map { ($1, $0) }) { $1 }
    }

    private mutating func add(_ tensor: SourceTensor) throws {
        let (pattern, layer, suffix) = Self.parse(tensor.name)
        guard var own = names[pattern], !suffix.isEmpty else {
            throw ModelError.badValues(
                tensor: tensor.name, file: settings.source.path, reason: "folders of \(settings.architecture) have no such tensor")
        }
        if pattern == "blk.#.ffn_up", !settings.has("blk.\(layer ?? 0).ffn_gate.weight") { own = "layers.#.mlp.gate_up_proj" }
        let name = (own == "lm_head" ? "" : "model.") + TensorNames.fill(own, layer: nil)
        let parts = name.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let stem = parts.count > 1 ? parts[0] + "\(layer ?? 0)" + parts[1] : name
        if parts.count < 3 { return append(stem + suffix, tensor.shape, of: tensor) { try $0.matrix(tensor.name) } }
        // A stack becomes as many tensors, with a number in each name.
        for index in 0..<(tensor.shape.first ?? 0) {
            append(stem + "\(index)" + parts[2] + suffix, Array(tensor.shape.dropFirst()), of: tensor) { source in
                if tensor.shape.count == 3 { return try source.experts(tensor.name)[index] }
                return try source.matrix(tensor.name).rows(index..<index + 1)
            }
        }
    }

    /// "blk.3.attn_q.weight" as "blk.#.attn_q", 3 and ".weight".
    private static func parse(_ name: String) -> (pattern: String, layer: Int?, suffix: String) {
        let parsed = TensorNames.parse(name)
        return (parsed.pattern, parsed.numbers.first, parsed.suffix)
    }

    private mutating func append(
        _ name: String, _ shape: [Int], of tensor: SourceTensor, _ find: @escaping (any ModelSource) throws -> Matrix
    ) {
        let source = settings.source, offset = dialect.normOffset
        let order = pairsLieTogether ? order(of: tensor) : nil
        let isNorm = offset != 0 && tensor.name.hasSuffix("norm.weight")
        let type = self.type ?? (tensor.type.blockLength > 1 ? .bf16 : tensor.type)
        weights.append(
            FolderModel.Weight(name: name, shape: shape, type: type) {
                var matrix = try find(source)
                if isNorm { matrix = try matrix.adding(-offset) }
                guard let order, order.count == shape.first else { return matrix }
                return shape.count == 1 ? try matrix.transposed().reordered(order).transposed() : try matrix.reordered(order)
            })
    }

    /// The row that each row of a folder's queries or keys is in the file; nil for other tensors.
    private func order(of tensor: SourceTensor) -> [Int]? {
        let part = tensor.name.split(separator: ".").dropLast().last
        guard part == "attn_q" || part == "attn_k", let heads = settings.int("attention.head_count"), heads > 0 else { return nil }
        let count = part == "attn_q" ? heads : settings.int("attention.head_count_kv") ?? heads
        guard let rows = tensor.shape.first, (1...1 << 16).contains(count), rows.isMultiple(of: count) else { return nil }
        let headDim = rows / count, turning = min(settings.int("rope.dimension_count") ?? headDim, headDim)
        let half = turning / 2
        let head = (0..<half).map { 2 * $0 } + (0..<half).map { 2 * $0 + 1 } + Array(2 * half..<headDim)
        return (0..<count).flatMap { index in head.map { index * headDim + $0 } }
    }
}
