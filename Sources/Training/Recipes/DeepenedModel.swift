import ModelFiles
import Tensors

/// A model with more layers than its files have that says what it said before: behind a layer stand copies of it whose outputs are zero, so
/// that the residual stream passes through them unchanged until they have learned something. (Wu et al., LLaMA Pro: Progressive LLaMA with
/// Block Expansion, 2024.)
struct DeepenedModel: ModelSource {
    /// What a layer writes into the residual stream by, and the biases of the same.
    private static let outputs = ["attn_output", "ffn_down"]

    let metadata: GGUFMetadata
    let tensors: [SourceTensor]
    private let model: any ModelSource
    /// By the names of copied tensors those of their originals.
    private let originals: [String: String]
    private let silent: Set<String>
    private let places: [String: Int]

    var path: String { model.path }

    /// What speaks against a model of so many layers; nil if nothing does.
    static func objection(to layers: Int, of model: any ModelSource) -> String? {
        guard let present = layerCount(model) else { return "\(model.path) does not say how many layers it has" }
        guard layers > present else { return "\(model.path) has \(present) layers already" }
        let missing = (0..<present).lazy.flatMap { layer in outputs.map { "blk.\(layer).\($0).weight" } }.first { model.tensor($0) == nil }
        return missing.map { "\(model.path) has no \($0), by which a new layer could be kept silent" }
    }

    /// - Parameter layers: more than the model has; see `objection`.
    init(_ model: any ModelSource, layers: Int) {
        precondition(Self.objection(to: layers, of: model) == nil)
        self.model = model
        let present = Self.layerCount(model) ?? 0
        let layersOfModel = Dictionary(grouping: model.tensors.filter { $0.layer != nil }) { $0.layer ?? 0 }
        var tensors = model.tensors.filter { $0.layer == nil }, originals: [String: String] = [:], silent: Set<String> = []
        for layer in 0..<layers {
            let original = layer * present / layers, isCopy = layer > 0 && (layer - 1) * present / layers == original
            for tensor in layersOfModel[original] ?? [] {
                let part = tensor.name.dropFirst("blk.\(original).".count), name = "blk.\(layer).\(part)"
                let isSilent = isCopy && Self.outputs.contains { part.hasPrefix($0 + ".") }
                tensors.append(SourceTensor(name: name, shape: tensor.shape, type: isSilent ? .f32 : tensor.type))
                originals[name] = tensor.name
                if isSilent { silent.insert(name) }
            }
        }
        self.tensors = tensors
        self.originals = originals
        self.silent = silent
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
        let key = Self.layerKey(model)
        metadata = GGUFMetadata(
            model.metadata.entries.map { ($0.key, $0.key == key ? .uint32(UInt32(layers)) : $0.value) }, path: model.path)
    }

    func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    func matrix(_ name: String) throws -> Matrix {
        let matrix = try model.matrix(originals[name] ?? name)
        return silent.contains(name) ? Tensor(rows: matrix.rows, columns: matrix.columns).matrix : matrix
    }

    private static func layerKey(_ model: any ModelSource) -> String {
        (model.metadata.string("general.architecture") ?? "") + ".block_count"
    }

    private static func layerCount(_ model: any ModelSource) -> Int? { model.metadata.int(layerKey(model)) }
}

extension SourceTensor {
    /// The layer that it belongs to, by its name.
    fileprivate var layer: Int? {
        let parts = name.split(separator: ".", maxSplits: 2)
        return parts.count == 3 && parts[0] == "blk" ? Int(parts[1]) : nil
    }
}
