import Attention
import KeyValues
import Tensors

/// A model of which only figures are known, such as one that nobody has downloaded: all weights in one lump, layers alike.
package struct FigureModel: PlannedModel {
    package let parameters: Int
    package let layers: Int
    package let heads: Int
    package let keyValueHeads: Int
    package let keyDim: Int
    package let type: StorageType
    /// Weights that one token goes through; fewer than all of them where there are experts.
    package let activeParameters: Int

    package var name: String { "a model of given figures" }
    package var valueDim: Int { keyDim }
    package var contextLength: Int? { nil }
    package var weightTypes: [StorageType] { [type] }
    package var productShapes: [ProductShape] { [] }
    package var weightBytes: Int { bytes(of: parameters) }

    /// Figures beyond are no model's, and products of them stay far from overflow.
    private static let largest = (parameters: 1 << 50, layers: 1 << 16, heads: 1 << 16)

    /// - Throws: `PlanningError` for figures that no model can have.
    package init(
        parameters: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil, headDim: Int, type: StorageType = .bf16,
        activeParameters: Int? = nil
    ) throws(PlanningError) {
        self.parameters = parameters
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        keyDim = headDim
        self.type = type
        self.activeParameters = activeParameters ?? parameters
        try Self.check("parameters", parameters, most: Self.largest.parameters)
        try Self.check("layers", layers, most: Self.largest.layers)
        try Self.check("heads", heads, most: Self.largest.heads)
        try Self.check("key-value-heads", self.keyValueHeads, most: heads)
        try Self.check("head-dim", headDim, most: CacheSpec.largestDim)
        try Self.check("active", self.activeParameters, most: parameters)
        guard heads.isMultiple(of: self.keyValueHeads) else {
            throw .badFigure(name: "key-value-heads", value: "\(self.keyValueHeads)", expected: "a divisor of the \(heads) heads")
        }
    }

    private static func check(_ name: String, _ value: Int, most: Int) throws(PlanningError) {
        guard (1...most).contains(value) else {
            throw .badFigure(name: name, value: "\(value)", expected: "a whole number from 1 to \(most)")
        }
    }

    private func bytes(of weights: Int) -> Int { (weights + type.blockLength - 1) / type.blockLength * type.blockBytes }

    package func step(tokens: Int, wanted: Int) -> StepCount {
        var count = StepCount()
        let blocks = (activeParameters + type.blockLength - 1) / type.blockLength
        count.products = [StepCount.Product(type: type, rows: blocks, columns: type.blockLength, tokens: Double(tokens))]
        count.attendingLayers = Array(0..<layers)
        return count
    }

    /// Numbers alone: who gives figures asks for the formula.
    package func cacheBytesPerToken(_ types: CacheTypes) -> Double {
        Double(keyValueHeads * keyDim) * (types.keys.bytesPerNumber + types.values.bytesPerNumber)
    }

    package func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy { policy }
}
