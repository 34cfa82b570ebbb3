import ModelFiles
import Tensors

/// A model whose query heads share fewer key/value heads than its files say, and that says what it said before: each key/value head stands
/// there as often as it takes, until the copies have learned different things. (The way back from Ainslie et al., GQA, 2023, where the means
/// of key/value heads go on.)
struct UngroupedModel: ModelSource {
    /// What holds keys and values, head under head.
    private static let shared = ["attn_k", "attn_v"]

    let metadata: GGUFMetadata
    let tensors: [SourceTensor]
    private let model: any ModelSource
    /// For each row of a tensor with copies the row that it is a copy of.
    private let order: [Int]
    private let places: [String: Int]

    var path: String { model.path }

    /// What speaks against a model of so many key/value heads; nil if nothing does.
    static func objection(to heads: Int, of model: any ModelSource) -> String? {
        guard let shape = Shape(model) else { return "\(model.path) does not say how many heads it has" }
        guard heads > shape.keyValueHeads else { return "\(model.path) has \(shape.keyValueHeads) key/value heads already" }
        guard heads.isMultiple(of: shape.keyValueHeads), shape.heads.isMultiple(of: heads) else {
            return "\(model.path) has \(shape.keyValueHeads) key/value and \(shape.heads) query heads: it has to be a multiple of the one "
                + "that divides the other"
        }
        for name in (0..<shape.layers).flatMap({ layer in shared.map { "blk.\(layer).\($0).weight" } }) {
            guard let tensor = model.tensor(name) else { return "\(model.path) has no \(name)" }
            guard tensor.rows.isMultiple(of: shape.keyValueHeads) else { return "\(name) of \(model.path) is not made of heads" }
            if let norm = model.tensor(name.replacing("attn_k.", with: "attn_k_norm.")), norm.name != name, norm.columns == tensor.rows,
                shape.keyValueHeads > 1
            {
                return "\(norm.name) of \(model.path) is one norm for all heads"
            }
        }
        return nil
    }

    /// - Parameter heads: key/value heads, more than the model has; see `objection`.
    init(_ model: any ModelSource, keyValueHeads heads: Int) {
        guard Self.objection(to: heads, of: model) == nil, let shape = Shape(model), let rows = model.tensor("blk.0.attn_k.weight")?.rows
        else {
            preconditionFailure("\(heads) key/value heads for \(model.path)")
        }
        self.model = model
        let headDim = rows / shape.keyValueHeads, copies = heads / shape.keyValueHeads
        order = (0..<heads).flatMap { head in (0..<headDim).map { head / copies * headDim + $0 } }
        tensors = model.tensors.map { tensor in
            guard Self.isShared(tensor.name) else { return tensor }
            var shape = tensor.shape
            shape[0] *= copies
            return SourceTensor(name: tensor.name, shape: shape, type: tensor.type)
        }
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
        metadata = GGUFMetadata(
            model.metadata.entries.map { ($0.key, $0.key == shape.key ? .uint32(UInt32(heads)) : $0.value) }, path: model.path)
    }

    func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    func matrix(_ name: String) throws -> Matrix {
        let matrix = try model.matrix(name)
        guard Self.isShared(name) else { return matrix }
        // A bias is one row.
        return name.hasSuffix(".bias") ? try matrix.transposed().reordered(order).transposed() : try matrix.reordered(order)
    }

    private static func isShared(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        return parts.count == 4 && parts[0] == "blk" && shared.contains(String(parts[2]))
    }

    /// What the settings say of heads.
    private struct Shape {
        let key: String
        let layers: Int
        let heads: Int
        let keyValueHeads: Int

        init?(_ model: any ModelSource) {
            let architecture = model.metadata.string("general.architecture") ?? ""
            func count(_ name: String) -> Int? { model.metadata.int("\(architecture).\(name)") }
            key = architecture + ".attention.head_count_kv"
            guard let layers = count("block_count"), let heads = count("attention.head_count"), let keyValueHeads = model.metadata.int(key),
                keyValueHeads > 0
            else { return nil }
            (self.layers, self.heads, self.keyValueHeads) = (layers, heads, keyValueHeads)
        }
    }
}
