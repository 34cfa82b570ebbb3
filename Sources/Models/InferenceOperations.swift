import Attention
import KeyValues
import Tensors

/// The interpreter that runs a decoder's description: kernels over the key/value caches of one sequence or several, nothing recorded.
struct InferenceOperations: DecoderOperations {
    let decoder: Decoder
    let packed: PackedRuns

    var compute: Compute { decoder.compute }
    private var configuration: DecoderConfiguration { decoder.configuration }

    mutating func embed(_ table: Weight) -> Tensor {
        let x = decoder.makeTensor(rows: packed.rows, columns: configuration.width)
        compute.embed(tokens: packed.tokens, table: decoder.matrix(table), into: x)
        return x
    }

    mutating func addPositions(_ table: Weight, to x: inout Tensor) throws {
        let table = decoder.matrix(table)
        let positions = try packed.members.flatMap { member in
            let first = member.run.cache.tokenCount, end = first + member.rows.count
            guard end <= table.rows else { throw ModelError.beyondPositions(end, table: table.rows) }
            return (first..<end).map { Int32($0) }
        }
        let rows = decoder.makeTensor(rows: x.rows, columns: x.columns)
        compute.embed(tokens: positions, table: table, into: rows)
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
        guard packed.wantedRows < x.rows else { return x }
        let kept = decoder.makeTensor(rows: packed.wantedRows, columns: x.columns)
        var first = 0
        for member in packed.members {
            let count = member.run.wanted.count(of: member.rows.count)
            x.copyRows(member.rows.upperBound - count..<member.rows.upperBound, to: kept, at: first)
            first += count
        }
        return kept
    }
}
