import Attention
import KeyValues
import Tensors

/// A model as far as it takes to know what it costs.
package protocol PlannedModel: Sendable {
    var name: String { get }
    var parameters: Int { get }
    var weightBytes: Int { get }
    /// The storage types of its matrices, each once.
    var weightTypes: [StorageType] { get }
    /// The shapes of its matrices, each once; none where they are not known.
    var productShapes: [ProductShape] { get }
    var layers: Int { get }
    /// Query heads.
    var heads: Int { get }
    var keyValueHeads: Int { get }
    var keyDim: Int { get }
    var valueDim: Int { get }
    /// What it was trained for, in tokens; nil where nobody said.
    var contextLength: Int? { get }

    /// What it does for a run of tokens.
    /// - Parameter wanted: of how many of them logits are wanted, the last ones.
    func step(tokens: Int, wanted: Int) -> StepCount
    /// What one layer keeps of one token.
    func cacheBytesPerToken(_ types: CacheTypes) -> Double
    /// A method as it works on this model.
    func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy
}

extension PlannedModel {
    /// How a layer keeps its keys and values.
    package func cacheSpec(_ types: CacheTypes, frame: KeyFrame = .page) throws(KeyValueError) -> CacheSpec {
        try CacheSpec(
            keyType: types.keys, valueType: types.values, keyDim: keyDim, valueDim: valueDim, heads: keyValueHeads, frame: frame)
    }
}

extension CacheType {
    /// Without scales.
    var bytesPerNumber: Double {
        switch self {
        case .f32: 4
        case .bf16, .f16: 2
        case .q8: 1
        case .q4: 0.5
        }
    }
}
