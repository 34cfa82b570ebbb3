import ApusTesting
import Attention
import Foundation
import KeyValues
import Positions
import Synchronization
import Tensors
import Testing

/// A small attention problem: random queries, keys and values, a cache that holds them, and brute force to compare with.
struct AttentionCase {
    var tokens = 130
    var queries = 5
    var heads = 2
    var group = 2
    var keyDim = 16
    var valueDim = 16
    var rotaryDim: Int?
    var gain = 1.0
    var layout = Rotary.Layout.halves
    var keyType = CacheType.f32
    var valueType: CacheType?
    var frame = KeyFrame.page
    var seed: UInt64 = 1
    /// The standard deviation of scores, about.
    var sharpness: Float = 1.5
    var rule: ScoreRule?

    var rotary: Rotary {
        let pairs = (rotaryDim ?? keyDim) / 2
        let frequencies = (0..<pairs).map { pow(10_000, -Double($0) / Double(max(1, pairs))) }
        return Rotary(headDim: keyDim, layout: layout, inverseFrequencies: frequencies, gain: gain)
    }
    var spec: CacheSpec {
        get throws {
            try CacheSpec(
                keyType: keyType, valueType: valueType ?? keyType, keyDim: keyDim, valueDim: valueDim, heads: heads, frame: frame)
        }
    }
    var scoreRule: ScoreRule { rule ?? ScoreRule(scale: sharpness / Float(keyDim).squareRoot()) }
    var firstPosition: Int { tokens - queries }

    private static let known = KnownNumbers()

    /// Random numbers in [-√3, √3]: mean 0, deviation 1.
    func numbers(_ rows: Int, _ columns: Int, stream: UInt64) -> Tensor {
        Tensor(rows: rows, columns: columns, Self.known.numbers(rows * columns, seed: seed &* 1_000_003 &+ stream))
    }

    var keyTensor: Tensor { numbers(tokens, heads * keyDim, stream: 1) }
    var valueTensor: Tensor { numbers(tokens, heads * valueDim, stream: 2) }
    var queryTensor: Tensor { numbers(queries, heads * group * keyDim, stream: 3) }

    func makeCache(keys: Tensor? = nil, values: Tensor? = nil, compute: Compute = AttentionCase.compute) throws -> KeyValueCache {
        let cache = KeyValueCache(specs: [try spec], rotary: [rotary])
        try cache.append(layer: 0, keys: keys ?? keyTensor, values: values ?? valueTensor, compute: compute)
        cache.commit(tokens: tokens)
        return cache
    }

    /// A pool serves one caller at a time, and tests run side by side.
    static var compute: Compute { Compute(pool: WorkerPool(threads: 1)) }

    func bruteForce(keys: Tensor? = nil, values: Tensor? = nil) -> BruteForceAttention {
        BruteForceAttention(
            rotary: rotary, rule: scoreRule, heads: heads, group: group, valueDim: valueDim, keys: (keys ?? keyTensor).rowArrays,
            values: (values ?? valueTensor).rowArrays)
    }

    /// What brute force finds: a row for each query and query head. Does not depend on cache type, frame and kernels.
    func expected(_ plans: [AttentionPlan], keys: Tensor? = nil, values: Tensor? = nil) -> [[BruteForceAttention.Row]] {
        let brute = bruteForce(keys: keys, values: values)
        return queryTensor.rowArrays.enumerated().map { index, query in
            (0..<heads * group).map { head in
                brute.row(
                    query: query, position: firstPosition + index, index: index, queryHead: head,
                    plan: plans.count == 1 ? plans[0] : plans[head / group])
            }
        }
    }

    /// The largest difference between attention by a plan and what was expected, of outputs and of log-sum-exps.
    func difference(
        _ plans: [AttentionPlan], expected: [[BruteForceAttention.Row]]? = nil, kernels: AttentionKernelTable? = nil
    ) throws -> (output: Double, logSumExp: Double) {
        let result = try Self.compute.attend(
            queries: queryTensor, firstPosition: firstPosition, layer: 0, cache: try makeCache(), plans: plans, rule: scoreRule,
            request: AttentionRequest(kernels: kernels))
        return difference(of: result, expected: expected ?? self.expected(plans))
    }

    func difference(of result: AttentionResult, expected: [[BruteForceAttention.Row]]) -> (output: Double, logSumExp: Double) {
        var worst = (output: 0.0, logSumExp: 0.0)
        for (index, rows) in expected.enumerated() {
            for (head, row) in rows.enumerated() {
                for dim in 0..<valueDim {
                    worst.output = max(worst.output, distance(Double(result.outputs[index, head * valueDim + dim]), row.output[dim]))
                }
                worst.logSumExp = max(worst.logSumExp, distance(Double(result.logSumExp[index, head]), row.logSumExp))
            }
        }
        return worst
    }

    /// Infinite unless both are numbers, or the same infinity.
    private func distance(_ a: Double, _ b: Double) -> Double { a == b ? 0 : (a - b).isFinite ? abs(a - b) : .infinity }

    static var causal: [AttentionPlan] { [AttentionPlan([KeySpan(0..<100_000)])] }

    /// The largest error of outputs that a type of cache may make: values have deviation 1.
    static func tolerance(_ type: CacheType) -> Double {
        switch type {
        case .f32: 4e-6
        case .f16: 0.02
        case .bf16: 0.06
        case .q8: 0.08
        case .q4: 0.6
        }
    }
}

/// Random numbers that were made before: cases ask for the same ones again and again.
private final class KnownNumbers: Sendable {
    private struct Key: Hashable {
        let seed: UInt64
        let count: Int
    }

    private let known = Mutex<[Key: [Float]]>([:])

    func numbers(_ count: Int, seed: UInt64) -> [Float] {
        let key = Key(seed: seed, count: count)
        if let numbers = known.withLock({ $0[key] }) { return numbers }
        var random = SeededGenerator(seed: seed)
        let numbers = (0..<count).map { _ in (random.unit() * 2 - 1) * 1.7320508 }
        known.withLock { $0[key] = numbers }
        return numbers
    }
}

extension Tensor {
    func rowArray(_ row: Int) -> [Float] { Array(UnsafeBufferPointer(start: self.row(row), count: columns)) }
    var rowArrays: [[Float]] { (0..<rows).map(rowArray) }
    func slice(_ range: Range<Int>) -> Tensor { Tensor(rows: range.count, columns: columns, range.flatMap { rowArray($0) }) }
}

extension SeededGenerator {
    /// In [0, 1).
    mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}

extension AttentionCase {
    /// The keys that each query head of a last query sees, for one key/value head, and the bytes that a method remembers,
    /// behind 4, 16 and 64 times the case's tokens.
    func costs(of policy: some AttentionPolicy) throws -> (keys: [Int], bytes: [Int]) {
        var problem = self
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        var keys: [Int] = [], bytes: [Int] = []
        for round in 1...64 {
            problem.seed = UInt64(round)
            try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: Self.compute)
            cache.commit(tokens: problem.tokens)
            guard [4, 16, 64].contains(round) else { continue }
            let fork = cache.fork()
            try fork.append(layer: 0, keys: problem.keyTensor.slice(0..<1), values: problem.valueTensor.slice(0..<1), compute: Self.compute)
            keys.append(
                try Self.compute.attend(
                    queries: problem.queryTensor, firstPosition: fork.tokenCount, layer: 0, cache: fork, policy: policy,
                    rule: problem.scoreRule
                ).count.keys / group)
            bytes.append(fork.memory?.byteCount ?? 0)
        }
        return (keys, bytes)
    }
}
