import ApusTesting
import Attention
import Foundation
import KeyValues
import Positions
import Tensors

/// Scores at true positions in double precision, and a policy run over a case as a decoder runs it.
struct SparseReference {
    let problem: AttentionCase
    /// `[heads][slots][keyDim]`, turned to their positions.
    let keys: [[[Double]]]

    init(_ problem: AttentionCase, keys tensor: Tensor? = nil) {
        self.problem = problem
        let rows = (tensor ?? problem.keyTensor).rowArrays, dim = problem.keyDim
        keys = (0..<problem.heads).map { head in
            rows.indices.map { Self.turned(Array(rows[$0][head * dim..<(head + 1) * dim]), by: problem.rotary, position: $0) }
        }
    }

    /// A vector of the model's order, turned to a position.
    static func turned(_ vector: [Float], by rotary: Rotary, position: Int) -> [Double] {
        var turned = vector.map(Double.init)
        for (pair, frequency) in rotary.inverseFrequencies.enumerated() {
            let (first, second) = (Int(rotary.pairing[2 * pair]), Int(rotary.pairing[2 * pair + 1])), angle = Double(position) * frequency
            turned[first] = rotary.gain * (Double(vector[first]) * cos(angle) - Double(vector[second]) * sin(angle))
            turned[second] = rotary.gain * (Double(vector[first]) * sin(angle) + Double(vector[second]) * cos(angle))
        }
        return turned
    }

    /// The queries of a key/value head at a position, turned: `[group][keyDim]`.
    func queries(_ row: [Float], head: Int, position: Int) -> [[Double]] {
        (0..<problem.group).map { member in
            let first = (head * problem.group + member) * problem.keyDim
            return Self.turned(Array(row[first..<first + problem.keyDim]), by: problem.rotary, position: position)
        }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The places of the largest, ascending; of equals those in front.
    static func largest(_ count: Int, of scores: [Double]) -> [Int] {
        Array(scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(count)).sorted()
    }
}

extension AttentionCase {
    /// A cache that holds the first tokens only.
    func makeCache(tokens: Int) throws -> KeyValueCache {
        let cache = KeyValueCache(specs: [try spec], rotary: [rotary])
        try append(0..<tokens, to: cache)
        return cache
    }

    /// Appends some of the case's tokens.
    func append(_ tokens: Range<Int>, to cache: KeyValueCache) throws {
        guard !tokens.isEmpty else { return }
        try cache.append(layer: 0, keys: keyTensor.slice(tokens), values: valueTensor.slice(tokens), compute: Self.compute)
        cache.commit(tokens: tokens.count)
    }

    /// Reads the case's tokens in chunks, as a decoder with one layer does; `queryTensor` has a row for each token.
    /// - Returns: the outputs of every token, `[tokens][queryHeads · valueDim]`.
    @discardableResult
    func read(_ chunks: [Int], policy: any AttentionPolicy, into cache: KeyValueCache, from first: Int = 0) throws -> [[Float]] {
        let (queries, keys, values) = (queryTensor, keyTensor, valueTensor)
        var outputs: [[Float]] = [], position = first
        for length in chunks {
            let rows = position..<position + length
            try cache.append(layer: 0, keys: keys.slice(rows), values: values.slice(rows), compute: Self.compute)
            let result = try Self.compute.attend(
                queries: queries.slice(rows), firstPosition: position, layer: 0, cache: cache, policy: policy, rule: scoreRule)
            cache.commit(tokens: length)
            policy.endChunk(Array(repeating: 0, count: length)[...], surprisals: [], cache: cache)
            policy.retain(in: cache)
            outputs += result.outputs.rowArrays
            position += length
        }
        return outputs
    }
}

/// The largest difference between outputs.
func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
    a.count == b.count ? zip(a, b).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? 0 : .infinity
}
