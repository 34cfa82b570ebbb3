import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

/// A text that a method reads as it goes: one layer, every token a query.
struct MethodStream {
    let problem: AttentionCase
    let policy: any AttentionPolicy
    let cache: KeyValueCache
    private(set) var outputs: [[Float]] = []
    /// What the last chunk's queries saw.
    private(set) var count = AttentionCount()

    /// - Parameter problem: as many queries as tokens.
    init(_ problem: AttentionCase, policy: any AttentionPolicy, cache: KeyValueCache? = nil) throws {
        self.problem = problem
        self.policy = policy
        self.cache = try cache ?? KeyValueCache(specs: [problem.spec], rotary: [problem.rotary])
    }

    /// Appends a chunk and lets it attend.
    mutating func read(_ length: Int) throws {
        let first = cache.tokenCount, range = first..<first + length
        try cache.append(
            layer: 0, keys: problem.keyTensor.slice(range), values: problem.valueTensor.slice(range), compute: AttentionCase.compute)
        let result = try AttentionCase.compute.attend(
            queries: problem.queryTensor.slice(range), firstPosition: first, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule
        )
        outputs += result.outputs.rowArrays
        count = result.count
        cache.commit(tokens: length)
        policy.endChunk(Array(repeating: 0, count: length)[...], surprisals: [], cache: cache)
        policy.retain(in: cache)
    }

    /// The same sequence going on in a fork, its outputs from here on only.
    func forked() throws -> MethodStream { try MethodStream(problem, policy: policy, cache: cache.fork()) }

    static func outputs(_ problem: AttentionCase, policy: any AttentionPolicy, chunks: [Int]) throws -> [[Float]] {
        var stream = try MethodStream(problem, policy: policy)
        for chunk in chunks { try stream.read(chunk) }
        return stream.outputs
    }

    static func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Double {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).flatMap { zip($0, $1).map { Double(abs($0 - $1)) } }.max() ?? .infinity
    }

    /// The largest difference from rows of brute force: a row for each query and query head.
    static func largestDifference(_ outputs: [[Float]], _ rows: [[BruteForceAttention.Row]]) -> Double {
        largestDifference(outputs, rows.map { $0.flatMap { $0.output.map(Float.init) } })
    }
}
