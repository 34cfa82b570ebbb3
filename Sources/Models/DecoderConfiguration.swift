import ModelFiles
import Positions

/// The sizes and constants of a decoder, as its model file states them.
package struct DecoderConfiguration: Sendable {
    package let architecture: String
    package let layers: Int
    /// Length of the residual stream.
    package let width: Int
    package let heads: Int
    package let keyValueHeads: Int
    package let keyDim: Int
    package let valueDim: Int
    package let feedForwardWidth: Int
    package let vocabulary: Int
    /// The window that the model was trained for, in tokens.
    package let contextLength: Int
    package let normEpsilon: Float
    package let ropeTheta: Double
    /// How many dimensions of a head are rotated.
    package let rotaryDim: Int
    package let rotaryLayout: Rotary.Layout
    /// Positions are divided by this (linear scaling); 1 for most models.
    package let ropeFactor: Double
    /// Distance that the model itself lets a query look back, its own token included; `nil` for all.
    package let slidingWindow: Int?

    private static let largestHead = 256

    /// Query heads that share one key/value head.
    package var group: Int { heads / keyValueHeads }

    /// What the file says about rotation, before any scheme for longer texts.
    package var rotaryGeometry: RotaryGeometry {
        RotaryGeometry(headDim: keyDim, rotaryDim: rotaryDim, layout: rotaryLayout, base: ropeTheta, trainedLength: contextLength)
    }

    /// - Throws: `ModelError` for a missing key or sizes that do not fit together.
    package init(file: GGUFFile, rotaryLayout: Rotary.Layout) throws(ModelError) {
        let keys = ConfigurationKeys(file: file)
        architecture = keys.architecture
        vocabulary = try Self.vocabulary(of: file)
        layers = try keys.size("block_count")
        width = try keys.size("embedding_length")
        heads = try keys.size("attention.head_count")
        keyValueHeads = try keys.size("attention.head_count_kv", default: heads)
        keyDim = try keys.size("attention.key_length", default: max(1, width / heads))
        valueDim = try keys.size("attention.value_length", default: keyDim)
        feedForwardWidth = try keys.size("feed_forward_length")
        contextLength = try keys.size("context_length", limit: 1 << 30)
        rotaryDim = try keys.size("rope.dimension_count", default: keyDim)
        normEpsilon = Float(try keys.number("attention.layer_norm_rms_epsilon", default: 1e-5, in: 0...1))
        ropeTheta = try keys.number("rope.freq_base", default: 10_000, in: 1...1e12)
        ropeFactor = try keys.linearFactor()
        slidingWindow = try keys.optionalSize("attention.sliding_window")
        self.rotaryLayout = rotaryLayout
        try keys.require(layers <= file.tensors.count, "block_count", "the file has only \(file.tensors.count) tensors")
        try keys.require(heads.isMultiple(of: keyValueHeads), "attention.head_count_kv", "it must divide the head count \(heads)")
        try keys.require(
            rotaryDim <= keyDim && rotaryDim.isMultiple(of: 2), "rope.dimension_count", "it must be even and at most \(keyDim)")
        for (key, dimensions) in [("attention.key_length", keyDim), ("attention.value_length", valueDim)] {
            try keys.require(
                dimensions <= Self.largestHead, key, "heads of \(dimensions) dimensions, more than \(Self.largestHead), are not supported")
        }
    }

    /// Rows of the embedding table.
    private static func vocabulary(of file: GGUFFile) throws(ModelError) -> Int {
        guard let table = file.tensor("token_embd.weight") else { throw .missingTensor("token_embd.weight", file: file.path) }
        guard table.shape.count == 2 else {
            throw .badValues(tensor: table.name, file: file.path, reason: "it has \(table.shape.count) dimensions instead of 2")
        }
        return table.shape[0]
    }
}

/// Reads the keys of one architecture and says which is wrong.
private struct ConfigurationKeys {
    let file: GGUFFile
    let architecture: String

    init(file: GGUFFile) {
        self.file = file
        architecture = file.metadata.string("general.architecture") ?? ""
    }

    /// A size of at least 1. The limit keeps products of sizes far from overflow.
    func size(_ name: String, default fallback: Int? = nil, limit: Int = 1 << 24) throws(ModelError) -> Int {
        let key = architecture + "." + name
        guard let value = try entry(key, "a whole number", file.metadata.int) ?? fallback else {
            throw .missingMetadata(key: key, file: file.path)
        }
        guard (1...limit).contains(value) else {
            throw .badMetadata(key: key, value: "\(value)", file: file.path, reason: "it must be between 1 and \(limit)")
        }
        return value
    }

    /// A size that 0 or absence switches off.
    func optionalSize(_ name: String) throws(ModelError) -> Int? {
        guard let value = try entry(architecture + "." + name, "a whole number", file.metadata.int), value != 0 else { return nil }
        return try size(name, limit: 1 << 30)
    }

    func number(_ name: String, default fallback: Double, in range: ClosedRange<Double>) throws(ModelError) -> Double {
        let key = architecture + "." + name
        guard let value = try entry(key, "a number", file.metadata.float) else { return fallback }
        guard range.contains(value) else {
            throw .badMetadata(
                key: key, value: "\(value)", file: file.path, reason: "it must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    /// A value that may be absent, but not of another type: a default in its place would be another model.
    private func entry<Value>(_ key: String, _ expected: String, _ find: (String) -> Value?) throws(ModelError) -> Value? {
        if let value = find(key) { return value }
        guard let entry = file.metadata[key] else { return nil }
        throw .badMetadata(key: key, value: "\(entry.type) \(entry.summary)", file: file.path, reason: "it must be \(expected)")
    }

    /// Linear position scaling, in its present and its older spelling. Other kinds of scaling are refused, not ignored.
    func linearFactor() throws(ModelError) -> Double {
        let kind = try entry(architecture + ".rope.scaling.type", "a string", file.metadata.string) ?? "none"
        switch kind {
        case "none": return try number("rope.scale_linear", default: 1, in: 1e-3...1e6)
        case "linear": return try number("rope.scaling.factor", default: 1, in: 1e-3...1e6)
        default:
            throw .badMetadata(
                key: architecture + ".rope.scaling.type", value: "\"\(kind)\"", file: file.path,
                reason: "only \"none\" and \"linear\" scaling are supported")
        }
    }

    func require(_ condition: Bool, _ name: String, _ reason: String) throws(ModelError) {
        let key = architecture + "." + name
        guard condition else {
            throw .badMetadata(key: key, value: file.metadata.int(key).map(String.init) ?? "absent", file: file.path, reason: reason)
        }
    }
}
