import ApusTesting
import Attention
import Foundation
import Tensors
import Testing

/// A small problem of packed attention, and brute force in double precision to compare with.
struct PackedAttentionCase: CustomTestStringConvertible {
    var sequences = [0..<70]
    var keyValueHeads = 1
    var group = 1
    var keyDim = 16
    var valueDim = 16
    var pattern = PackedPattern.causal(window: nil)
    var softCap: Float?
    var slopes: [Float]?
    var sinks: [Float]?
    /// A list for each head, and the place of distance 0 in it.
    var biases: [[Float]]?
    var biasOrigin = 0
    var seed: UInt64 = 1
    /// Rows behind the last sequence.
    var restRows = 0

    /// Whether a query sees a key of its sequence, both counted from the sequence's beginning.
    func sees(query: Int, key: Int, tokens: Int) -> Bool {
        switch pattern {
        case .causal(let window): return key <= query && query - key < window ?? .max
        case .whole: return true
        case .window(let side, let globals): return abs(query - key) <= side || query < globals || key < globals
        case .blocks:
            let side = PackedPattern.block, blocks = (tokens + side - 1) / side
            return pattern.keyBlocks(ofQueries: query / side, blocks: blocks)?.contains(key / side) ?? false
        }
    }

    var testDescription: String {
        "\(sequences), \(keyValueHeads) of \(group) heads, \(keyDim) and \(valueDim), \(pattern), \(biases?.first?.count ?? 0) biases, seed \(seed)"
    }

    var rows: Int { (sequences.last?.upperBound ?? 0) + restRows }
    var heads: Int { keyValueHeads * group }
    var scale: Float { 1.5 / Float(keyDim).squareRoot() }

    func attention(_ precision: StorageType = .f32) -> PackedAttention {
        var rule = ScoreRule(scale: scale, softCap: softCap, slopes: slopes, sinkLogits: sinks)
        (rule.distanceBiases, rule.distanceBiasOrigin) = (biases, biasOrigin)
        return PackedAttention(
            sequences: sequences, pattern: pattern, rule: rule, keyValueHeads: keyValueHeads, precision: precision)
    }

    func numbers(_ columns: Int, stream: UInt64) -> Tensor {
        var random = SeededGenerator(seed: seed &* 1_000_003 &+ stream)
        return Tensor(rows: rows, columns: columns, (0..<rows * columns).map { _ in random.normal() })
    }

    var queries: Tensor { numbers(heads * keyDim, stream: 1) }
    var keys: Tensor { numbers(keyValueHeads * keyDim, stream: 2) }
    var values: Tensor { numbers(keyValueHeads * valueDim, stream: 3) }
    /// What the loss is made of: the products of these numbers and the outputs.
    var outputGradient: Tensor { numbers(heads * valueDim, stream: 4) }

    /// What the kernels find.
    struct Found {
        let outputs: Tensor
        let logSumExp: Tensor
        let gradient: PackedAttentionGradient
        let sinks: [Float]

        /// Of all heads, one behind the other.
        var biases: [Float] { gradient.distanceBiases?.flatMap { $0 } ?? [] }

        /// Everything, for comparison bit by bit.
        var all: [[Float]] {
            [outputs.array, logSumExp.array, gradient.queries.array, gradient.keys.array, gradient.values.array, sinks, biases]
        }
    }

    func found(kernels: Kernels, threads: Int = 1, precision: StorageType = .f32) -> Found {
        let compute = Compute(pool: WorkerPool(threads: threads), kernels: kernels), attention = attention(precision)
        let (outputs, sums) = compute.attendTraining(queries: queries, keys: keys, values: values, attention)
        let gradient = compute.attendTrainingGradient(
            queries: queries, keys: keys, values: values, outputs: outputs, logSumExp: sums, outputGradient: outputGradient, attention)
        let sinkGradient = sinks.map {
            compute.sinkGradient($0, outputs: outputs, logSumExp: sums, outputGradient: outputGradient)
        }
        return Found(outputs: outputs, logSumExp: sums, gradient: gradient, sinks: sinkGradient ?? [])
    }
}

/// Attention as it is defined, number by number.
struct PlainPackedAttention {
    let problem: PackedAttentionCase
    var queries: [Double]
    var keys: [Double]
    var values: [Double]
    var sinks: [Double]
    /// Of all heads, one behind the other.
    var biases: [Double]

    init(_ problem: PackedAttentionCase) {
        self.problem = problem
        queries = problem.queries.array.map(Double.init)
        keys = problem.keys.array.map(Double.init)
        values = problem.values.array.map(Double.init)
        sinks = (problem.sinks ?? []).map(Double.init)
        biases = (problem.biases ?? []).joined().map(Double.init)
    }

    /// `[rows, heads · valueDim]` and `[rows, heads]`.
    func results() -> (outputs: [Double], logSumExp: [Double]) {
        let heads = problem.heads, width = heads * problem.valueDim
        var outputs = [Double](repeating: 0, count: problem.rows * width)
        var sums = [Double](repeating: -.infinity, count: problem.rows * heads)
        for sequence in problem.sequences {
            for row in sequence {
                for head in 0..<heads {
                    let found = result(row: row, head: head, start: sequence.lowerBound)
                    for (index, value) in found.output.enumerated() { outputs[row * width + head * problem.valueDim + index] = value }
                    sums[row * heads + head] = found.logSumExp
                }
            }
        }
        return (outputs, sums)
    }

    private func result(row: Int, head: Int, start: Int) -> (output: [Double], logSumExp: Double) {
        let sequence = problem.sequences.first { $0.contains(row) } ?? start..<row + 1, dim = problem.valueDim
        let seen = sequence.filter { problem.sees(query: row - start, key: $0 - start, tokens: sequence.count) }
        let scores = seen.map { score(row: row, head: head, key: $0) }
        let all = scores + (sinks.isEmpty ? [] : [sinks[head]]), most = all.max() ?? 0
        let sum = all.reduce(0) { $0 + exp($1 - most) }
        var output = [Double](repeating: 0, count: dim)
        for (key, score) in zip(seen, scores) {
            let weight = exp(score - most) / sum, value = (key * problem.keyValueHeads + head / problem.group) * dim
            for element in 0..<dim { output[element] += weight * values[value + element] }
        }
        return (output, most + log(sum))
    }

    private func score(row: Int, head: Int, key: Int) -> Double {
        let dim = problem.keyDim, query = (row * problem.heads + head) * dim
        let place = (key * problem.keyValueHeads + head / problem.group) * dim
        var score = 0.0
        for element in 0..<dim { score += queries[query + element] * keys[place + element] }
        score *= Double(problem.scale)
        if let cap = problem.softCap { score = Double(cap) * tanh(score / Double(cap)) }
        if let slopes = problem.slopes { score -= Double(slopes[head]) * Double(row - key) }
        if let lists = problem.biases {
            let count = lists[head].count
            score += biases[head * count + min(max(0, row - key + problem.biasOrigin), count - 1)]
        }
        return score
    }

    var loss: Double {
        zip(results().outputs, problem.outputGradient.array).reduce(0) { $0 + $1.0 * Double($1.1) }
    }

    /// The derivative of the loss with respect to one number, by central differences.
    func slope(_ numbers: WritableKeyPath<PlainPackedAttention, [Double]>, at place: Int) -> Double {
        var low = self, high = self
        low[keyPath: numbers][place] -= 1e-4
        high[keyPath: numbers][place] += 1e-4
        return (high.loss - low.loss) / 2e-4
    }
}
