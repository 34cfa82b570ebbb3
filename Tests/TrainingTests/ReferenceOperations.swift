import Attention
import Foundation
import Models
import Positions
import Tensors

/// Values of the reference pass: `[rows, columns]` in double precision.
struct ReferenceRows {
    var rows: Int
    var columns: Int
    var values: [Double]

    init(rows: Int, columns: Int, values: [Double]? = nil) {
        self.rows = rows
        self.columns = columns
        self.values = values ?? Array(repeating: 0, count: rows * columns)
    }

    subscript(row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

    func mapped(_ transform: (Double) -> Double) -> ReferenceRows {
        ReferenceRows(rows: rows, columns: columns, values: values.map(transform))
    }

    /// `x · Wᵀ` with W `[outputs, columns]`.
    func times(_ weights: ReferenceRows) -> ReferenceRows {
        var product = ReferenceRows(rows: rows, columns: weights.rows)
        let outputs = weights.rows, inputs = columns, rows = rows
        product.values.withUnsafeMutableBufferPointer { product in
            values.withUnsafeBufferPointer { x in
                weights.values.withUnsafeBufferPointer { weights in
                    for row in 0..<rows {
                        for output in 0..<outputs {
                            var sum = 0.0, index = 0
                            let a = x.baseAddress.map { $0 + row * inputs }, b = weights.baseAddress.map { $0 + output * inputs }
                            guard let a, let b else { continue }
                            while index < inputs {
                                sum += a[index] * b[index]
                                index += 1
                            }
                            product[row * outputs + output] = sum
                        }
                    }
                }
            }
        }
        return product
    }
}

/// The operations of decoders written to be checked by eye: double precision, loops, no kernels. Only forward: derivatives are taken by
/// differences of losses.
struct ReferenceOperations: DecoderOperations {
    let model: ReferenceModel
    let batch: ReferenceBatch

    mutating func embed(_ table: Weight) -> ReferenceRows { rows(batch.tokens, of: model.weight(table)) }

    mutating func addPositions(_ table: Weight, to x: inout ReferenceRows) {
        add(rows(batch.positions, of: model.weight(table)), to: &x)
    }

    private func rows(_ indices: [Int], of table: ReferenceRows) -> ReferenceRows {
        ReferenceRows(rows: indices.count, columns: table.columns, values: indices.flatMap { table[$0] })
    }

    mutating func norm(_ x: ReferenceRows, _ norm: Norm) -> ReferenceRows {
        let weight = model.weight(norm.weight), bias = norm.bias.map(model.weight), run = weight.columns
        var y = x
        for start in stride(from: 0, to: x.values.count, by: run) {
            let values = x.values[start..<start + run]
            let mean = norm.kind == .layer ? values.reduce(0, +) / Double(run) : 0
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(run)
            let factor = 1 / (variance + Double(norm.epsilon)).squareRoot()
            for place in 0..<run {
                let index = (start + place) % weight.values.count
                y.values[start + place] =
                    (x.values[start + place] - mean) * factor * weight.values[index] + (bias?.values[index] ?? 0)
            }
        }
        return y
    }

    mutating func project(_ x: ReferenceRows, _ projections: [Projection]) -> [ReferenceRows] {
        projections.map { projection in
            var y = x.times(model.weight(projection.weight))
            if let bias = projection.bias.map(model.weight) {
                for index in y.values.indices { y.values[index] += bias.values[index % y.columns] }
            }
            return y
        }
    }

    mutating func activate(_ x: ReferenceRows, _ activation: Activation) -> ReferenceRows { x.mapped(activation.reference) }

    mutating func gate(_ gate: ReferenceRows, _ up: ReferenceRows, _ activation: GatedActivation) -> ReferenceRows {
        let joined = zip(gate.values, up.values).map { gate, up -> Double in
            switch activation {
            case .plain(let activation): return activation.reference(gate) * up
            case .clamped(let limit, let slope):
                let gate = min(gate, Double(limit)), up = min(max(up, -Double(limit)), Double(limit))
                return gate / (1 + exp(-Double(slope) * gate)) * (up + 1)
            }
        }
        return ReferenceRows(rows: gate.rows, columns: gate.columns, values: joined)
    }

    mutating func scale(_ x: inout ReferenceRows, by factor: Float) { x = x.mapped { $0 * Double(factor) } }

    mutating func clamp(_ x: inout ReferenceRows, to limit: Float) { x = x.mapped { min(max($0, -Double(limit)), Double(limit)) } }

    mutating func add(_ branch: ReferenceRows, to residual: inout ReferenceRows) {
        for index in residual.values.indices { residual.values[index] += branch.values[index] }
    }

    mutating func keepWantedRows(_ x: ReferenceRows) -> ReferenceRows { x }
}

// MARK: - Attention

extension ReferenceOperations {
    mutating func attend(query: ReferenceRows, key: ReferenceRows, value: ReferenceRows, layer: Int) -> ReferenceRows {
        let configuration = model.configuration, rotary = model.rotaries[layer]
        let queries = turned(query, rotary), keys = turned(key, rotary), sinks = model.sinks(layer: layer)
        var outputs = ReferenceRows(rows: query.rows, columns: configuration.heads * configuration.valueDim)
        for sequence in batch.sequences {
            for row in sequence {
                let first = max(sequence.lowerBound, model.window(layer: layer).map { row - $0 + 1 } ?? 0)
                for head in 0..<configuration.heads {
                    mix(
                        head, row: row, visible: first...row, queries, keys, value, model.rule(layer: layer),
                        sink: sinks?[head] ?? -.infinity, into: &outputs)
                }
            }
        }
        return outputs
    }

    /// One head of one query: the softmax of its scores over the keys it sees, times their values.
    private func mix(
        _ head: Int, row: Int, visible: ClosedRange<Int>, _ queries: ReferenceRows, _ keys: ReferenceRows, _ values: ReferenceRows,
        _ rule: ScoreRule, sink: Double, into outputs: inout ReferenceRows
    ) {
        let keyDim = model.configuration.keyDim, valueDim = model.configuration.valueDim, shared = head / model.configuration.group
        var scores = visible.map { other -> Double in
            var score = 0.0
            for place in 0..<keyDim {
                score +=
                    queries.values[row * queries.columns + head * keyDim + place]
                    * keys.values[other * keys.columns + shared * keyDim + place]
            }
            score *= Double(rule.scale)
            if let cap = rule.softCap.map(Double.init) { score = cap * tanh(score / cap) }
            return score - Double(rule.slopes?[head] ?? 0) * Double(row - other)
        }
        let highest = max(scores.max() ?? 0, sink)
        scores = scores.map { exp($0 - highest) }
        let total = scores.reduce(exp(sink - highest), +)
        for (score, other) in zip(scores, visible) {
            for place in 0..<valueDim {
                outputs.values[row * outputs.columns + head * valueDim + place] +=
                    score / total * values.values[other * values.columns + shared * valueDim + place]
            }
        }
    }

    private func turned(_ x: ReferenceRows, _ rotary: Rotary) -> ReferenceRows {
        var y = x
        for row in 0..<x.rows {
            for start in stride(from: row * x.columns, to: (row + 1) * x.columns, by: rotary.headDim) {
                for (pair, frequency) in rotary.inverseFrequencies.enumerated() {
                    let places = rotary.layout == .halves ? (pair, pair + rotary.rotaryDim / 2) : (2 * pair, 2 * pair + 1)
                    let (first, second) = (start + places.0, start + places.1)
                    let angle = Double(batch.positions[row]) * frequency
                    let (cosine, sine) = (cos(angle) * rotary.gain, sin(angle) * rotary.gain)
                    y.values[first] = x.values[first] * cosine - x.values[second] * sine
                    y.values[second] = x.values[first] * sine + x.values[second] * cosine
                }
            }
        }
        return y
    }
}

// MARK: - Experts

extension ReferenceOperations {
    mutating func experts(_ x: ReferenceRows, _ layer: ExpertLayer) -> ReferenceRows {
        let logits = project(x, [layer.router])[0]
        var sum = ReferenceRows(rows: x.rows, columns: x.columns)
        for row in 0..<x.rows {
            let scores = Array(logits[row]), chosen = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(layer.used)
            let all = scores.map(exp).reduce(0, +), few = chosen.map { exp(scores[$0]) }.reduce(0, +)
            let input = ReferenceRows(rows: 1, columns: x.columns, values: Array(x[row]))
            for expert in chosen {
                let total = if case .softmaxOverAll(normalised: false) = layer.routing { all } else { few }
                let joined = gate(
                    through(layer.gate, expert, input), through(layer.up, expert, input), layer.activation)
                let answer = through(layer.down, expert, joined)
                for place in 0..<x.columns { sum.values[row * x.columns + place] += exp(scores[expert]) / total * answer.values[place] }
            }
        }
        return sum
    }

    private func through(_ stack: ExpertLayer.Stack, _ expert: Int, _ x: ReferenceRows) -> ReferenceRows {
        var y = x.times(model.expert(stack.weights, expert))
        if let biases = stack.biases.map(model.weight) {
            for place in 0..<y.columns { y.values[place] += biases.values[expert * y.columns + place] }
        }
        return y
    }
}

extension Activation {
    /// The function itself.
    fileprivate var reference: (Double) -> Double {
        switch self {
        case .silu: { $0 / (1 + exp(-$0)) }
        case .gelu: { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
        case .geluTanh: { $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 }
        case .geluQuick: { $0 / (1 + exp(-1.702 * $0)) }
        case .relu: { max($0, 0) }
        }
    }
}
