import Attention
import KeyValues
import Tensors

/// The interpreter that runs a decoder's description: kernels over a key/value cache, nothing recorded.
struct InferenceOperations: DecoderOperations {
    let decoder: Decoder
    let tokens: [Int32]
    let cache: KeyValueCache
    let policy: any AttentionPolicy
    let wanted: WantedRows
    let observer: (any AttentionObserver)?

    var compute: Compute { decoder.compute }
    private var configuration: DecoderConfiguration { decoder.configuration }

    mutating func embed(_ table: Weight) -> Tensor {
        let x = decoder.makeTensor(rows: tokens.count, columns: configuration.width)
        compute.embed(tokens: tokens, table: decoder.matrix(table), into: x)
        return x
    }

    mutating func addPositions(_ table: Weight, to x: inout Tensor) throws {
        let table = decoder.matrix(table), first = cache.tokenCount
        guard first + x.rows <= table.rows else { throw ModelError.beyondPositions(first + x.rows, table: table.rows) }
        let rows = decoder.makeTensor(rows: x.rows, columns: x.columns)
        compute.embed(tokens: (first..<first + x.rows).map { Int32($0) }, table: table, into: rows)
        compute.add(rows, to: x)
    }

    mutating func norm(_ x: Tensor, _ norm: Norm) -> Tensor {
        let y = decoder.makeTensor(rows: x.rows, columns: x.columns), weight = decoder.numbers(norm.weight)
        switch norm.kind {
        case .rootMeanSquare: compute.rmsNorm(x, weight: weight, epsilon: norm.epsilon, into: y)
        case .layer:
            compute.layerNorm(x, weight: weight, bias: norm.bias.map(decoder.numbers), epsilon: norm.epsilon, into: y)
        }
        return y
    }

    mutating func project(_ x: Tensor, _ projections: [Projection]) -> [Tensor] {
        let matrices = projections.map { decoder.matrix($0.weight) }
        let outputs = matrices.map { decoder.makeTensor(rows: x.rows, columns: $0.rows) }
        compute.multiply(x, matrices, into: outputs)
        for (output, projection) in zip(outputs, projections) {
            if let bias = projection.bias { compute.addBias(output, decoder.numbers(bias)) }
        }
        return outputs
    }

    mutating func attend(query: Tensor, key: Tensor, value: Tensor, layer: Int) throws -> Tensor {
        let first = cache.tokenCount
        try cache.append(layer: layer, keys: key, values: value, compute: compute)
        let rule = decoder.rule(layer: layer, cache: cache)
        let outputs = decoder.makeTensor(rows: query.rows, columns: configuration.heads * configuration.valueDim)
        let result = try compute.attend(
            queries: query, firstPosition: first, layer: layer, cache: cache, policy: policy, rule: rule, into: outputs)
        try observer?.observe(
            LayerAttention(
                layer: layer, queries: query, firstPosition: first, cache: cache, policy: policy, rule: rule, result: result))
        return result.outputs
    }

    mutating func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
        compute.activate(x, activation)
        return x
    }

    mutating func gate(_ gate: Tensor, _ up: Tensor, _ activation: GatedActivation) -> Tensor {
        compute.gate(activation, gate: gate, up: up, into: gate)
        return gate
    }

    mutating func scale(_ x: inout Tensor, by factor: Float) { compute.scale(x, by: factor) }

    mutating func clamp(_ x: inout Tensor, to limit: Float) { compute.clamp(x, to: limit) }

    mutating func add(_ branch: Tensor, to residual: inout Tensor) { compute.add(branch, to: residual) }

    mutating func keepWantedRows(_ x: Tensor) -> Tensor {
        switch wanted {
        case .all: return x
        case .none: return decoder.makeTensor(rows: 0, columns: x.columns)
        case .last:
            let last = decoder.makeTensor(rows: 1, columns: x.columns)
            x.copyRows(x.rows - 1..<x.rows, to: last)
            return last
        }
    }
}
