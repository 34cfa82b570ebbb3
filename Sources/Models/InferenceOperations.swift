import Attention
import KeyValues
import Tensors

/// The interpreter that runs a decoder's description: kernels over the key/value caches of one sequence or several, nothing recorded.
struct InferenceOperations: KernelOperations {
    let decoder: Decoder
    let packed: PackedRuns

    var host: Decoder { decoder }
    private var configuration: DecoderConfiguration { decoder.configuration }

    mutating func embed(_ table: Weight) -> Tensor {
        let x = makeTensor(rows: packed.rows, columns: configuration.width)
        compute.embed(tokens: packed.tokens, table: matrix(table), into: x)
        return x
    }

    mutating func addPositions(_ table: Weight, to x: inout Tensor) throws {
        let table = matrix(table)
        let positions = try packed.members.flatMap { member in
            let first = member.run.cache.tokenCount, end = first + member.rows.count
            guard end <= table.rows else { throw ModelError.beyondPositions(end, table: table.rows) }
            return (first..<end).map { Int32($0) }
        }
        let rows = makeTensor(rows: x.rows, columns: x.columns)
        compute.embed(tokens: positions, table: table, into: rows)
        compute.add(rows, to: x)
    }

    mutating func keepWantedRows(_ x: Tensor) -> Tensor {
        guard packed.wantedRows < x.rows else { return x }
        let kept = makeTensor(rows: packed.wantedRows, columns: x.columns)
        var first = 0
        for member in packed.members {
            let rows = member.run.wanted.rows(of: member.rows)
            x.copyRows(rows, to: kept, at: first)
            first += rows.count
        }
        return kept
    }
}
