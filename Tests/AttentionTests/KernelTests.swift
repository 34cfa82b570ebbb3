import ApusTesting
import Attention
import KeyValues
import Positions
import Tensors
import Testing

@Suite("Attention kernels against brute force")
struct KernelTests {
    @Test("Every family, cache type and frame", arguments: [1, 9])
    func families(queries: Int) throws {
        var problem = AttentionCase(queries: queries, heads: 1)
        let expected = problem.expected(AttentionCase.causal)
        for type in CacheType.allCases {
            problem.keyType = type == .q4 ? .bf16 : type
            problem.valueType = type
            for frame in KeyFrame.allCases {
                problem.frame = frame
                for table in AttentionKernelTable.all {
                    let worst = try problem.difference(AttentionCase.causal, expected: expected, kernels: table)
                    #expect(worst.output < AttentionCase.tolerance(type), "\(table) \(type) \(frame)")
                    #expect(worst.logSumExp < (type == .f32 ? 4e-6 : 0.06), "\(table) \(type) \(frame)")
                }
            }
        }
    }

    @Test("Head dimensions, also different for keys and values, and partial rotation", arguments: [8, 16, 40, 64, 80, 96, 128, 256])
    func dimensions(dim: Int) throws {
        for queries in [1, 2] {
            let other = AttentionCase(
                tokens: 70, queries: queries, heads: 1, group: 1, keyDim: dim, valueDim: 24, rotaryDim: dim / 4 * 2, layout: .interleaved)
            try check(other, types: [.f32, .bf16])
            let same = AttentionCase(tokens: 70, queries: queries, heads: 1, group: 1, keyDim: dim, valueDim: dim)
            try check(same, types: [.q8, .bf16])
        }
    }

    @Test("Lengths around the edges of tiles and pages", arguments: [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000, 1300])
    func lengths(tokens: Int) throws {
        for queries in Set([1, min(tokens, 3)]) {
            let problem = AttentionCase(tokens: tokens, queries: queries, heads: 1, group: 1, keyDim: 8, valueDim: 8)
            try check(problem, types: [.f32, .bf16, .q8])
        }
    }

    @Test("Groups of query heads", arguments: [1, 2, 4, 7, 8, 11])
    func groups(group: Int) throws {
        for queries in [1, 3] {
            try check(AttentionCase(queries: queries, heads: 1, group: group), types: [.f32, .bf16, .q8])
        }
    }

    /// One expectation for all tables and types.
    private func check(_ problem: AttentionCase, types: [CacheType]) throws {
        var problem = problem
        let expected = problem.expected(AttentionCase.causal)
        for type in types {
            problem.keyType = type
            for table in AttentionKernelTable.all {
                let worst = try problem.difference(AttentionCase.causal, expected: expected, kernels: table)
                #expect(worst.output < AttentionCase.tolerance(type), "\(table) \(type) \(problem)")
            }
        }
    }

    @Test("Soft cap, distance slopes and sink logits", arguments: [1, 4])
    func rules(queries: Int) throws {
        var problem = AttentionCase(queries: queries)
        problem.rule = ScoreRule(scale: 0.8, softCap: 3, slopes: [0.5, 0.01, 0.003, 0.1], sinkLogits: [1, -.infinity, 3, 0])
        let expected = problem.expected(AttentionCase.causal)
        for (type, tolerance) in [(CacheType.f32, 6e-6), (.bf16, 0.1), (.q8, 0.1)] {
            problem.keyType = type
            for table in AttentionKernelTable.all {
                for frame in KeyFrame.allCases {
                    problem.frame = frame
                    let worst = try problem.difference(AttentionCase.causal, expected: expected, kernels: table)
                    #expect(worst.output < tolerance && worst.logSumExp < tolerance, "\(table) \(frame) \(type)")
                }
            }
        }
    }

    @Test("A rotary gain acts on the dimensions that turn", arguments: [1, 4])
    func rotaryGain(queries: Int) throws {
        try check(AttentionCase(queries: queries, heads: 1, rotaryDim: 8, gain: 1.2), types: [.f32, .bf16])
    }

    @Test("Logits of ten thousand and equal logits", arguments: [1, 4])
    func extremeLogits(queries: Int) throws {
        for (sharpness, tolerance) in [(Float(5000), 0.05), (0, 1e-6)] {
            let problem = AttentionCase(queries: queries, heads: 1, sharpness: sharpness)
            let expected = problem.expected(AttentionCase.causal)
            for table in AttentionKernelTable.all {
                let worst = try problem.difference(AttentionCase.causal, expected: expected, kernels: table)
                #expect(worst.output < tolerance && worst.logSumExp < tolerance, "\(table)")
            }
        }
    }

    @Test("Values of one give exactly one", arguments: [CacheType.f32, .bf16, .f16])
    func ones(type: CacheType) throws {
        for queries in [1, 7] {
            let problem = AttentionCase(tokens: 200, queries: queries, keyType: type)
            let ones = Tensor(rows: 200, columns: 32, Array(repeating: 1, count: 6400))
            let cache = try problem.makeCache(values: ones)
            let result = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: AttentionCase.causal,
                rule: problem.scoreRule)
            for output in result.outputs.array { #expect(abs(output - 1) < (type == .f32 ? 1e-6 : 4e-3)) }
        }
    }

    @Test("What is not a number in hidden slots does not leak, and in visible ones it shows", arguments: CacheType.allCases)
    func hiddenRubbish(type: CacheType) throws {
        for table in AttentionKernelTable.all {
            let problem = AttentionCase(tokens: 130, queries: 6, keyType: type == .q4 ? .q8 : type, valueType: type)
            let keys = problem.keyTensor, values = problem.valueTensor, queries = problem.queryTensor
            let clean = try problem.makeCache()
            for column in 0..<keys.columns { keys[127, column] = .nan }
            for column in 0..<values.columns { values[127, column] = column % 2 == 0 ? .nan : .infinity }
            let spoilt = try problem.makeCache(keys: keys, values: values)
            func attend(_ cache: KeyValueCache) throws -> AttentionResult {
                try AttentionCase.compute.attend(
                    queries: queries, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: AttentionCase.causal,
                    rule: problem.scoreRule, request: AttentionRequest(kernels: table))
            }
            let (expected, found) = (try attend(clean), try attend(spoilt))
            for row in 0..<6 {
                for column in 0..<found.outputs.columns {
                    if row < 3 {
                        let difference = abs(found.outputs[row, column] - expected.outputs[row, column])
                        #expect(difference < 2 * Float(AttentionCase.tolerance(type)), "\(table) row \(row)")
                    } else {
                        #expect(!found.outputs[row, column].isFinite, "\(table) row \(row)")
                    }
                }
            }
        }
    }

    @Test("A single query shows what is not a number in a full page", arguments: [CacheType.bf16, .f16, .q8, .q4])
    func visibleRubbish(type: CacheType) throws {
        let problem = AttentionCase(tokens: 130, queries: 1, keyType: type == .q4 ? .q8 : type, valueType: type)
        let keys = problem.keyTensor, values = problem.valueTensor
        for column in 0..<keys.columns / 2 { keys[20, column] = .nan }
        for column in values.columns / 2..<values.columns { values[20, column] = .infinity }
        let cache = try problem.makeCache(keys: keys, values: values)
        for table in AttentionKernelTable.all {
            let found = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: AttentionCase.causal,
                rule: problem.scoreRule, request: AttentionRequest(kernels: table))
            #expect(found.outputs.array.allSatisfy { !$0.isFinite }, "\(table)")
        }
    }
}
