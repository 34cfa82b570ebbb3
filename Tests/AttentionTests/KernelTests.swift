import ApusTesting
import Attention
import KeyValues
import Positions
import Tensors
import Testing

@Suite("Attention kernels against brute force")
struct KernelTests {
    @Test("Every family, cache type and frame", arguments: AttentionKernelTable.all.map(\.name), CacheType.allCases)
    func families(kernels: String, type: CacheType) throws {
        let table = try #require(AttentionKernelTable.all.first { $0.name == kernels })
        for frame in KeyFrame.allCases {
            for queries in [1, 9] {
                var problem = AttentionCase(queries: queries, keyType: type == .q4 ? .bf16 : type, valueType: type, frame: frame)
                problem.seed = UInt64(queries)
                let worst = try problem.difference(AttentionCase.causal, kernels: table)
                #expect(worst.output < AttentionCase.tolerance(type), "\(frame) \(queries)")
                #expect(worst.logSumExp < (type == .f32 ? 4e-6 : 0.06), "\(frame) \(queries)")
            }
        }
    }

    @Test("Head dimensions, also different for keys and values, and partial rotation", arguments: [8, 16, 40, 64, 80, 96, 128, 256])
    func dimensions(dim: Int) throws {
        for table in AttentionKernelTable.all {
            for queries in [1, 2] {
                let other = AttentionCase(tokens: 70, queries: queries, heads: 1, keyDim: dim, valueDim: 24, rotaryDim: dim / 4 * 2, layout: .interleaved)
                #expect(try other.difference(AttentionCase.causal, kernels: table).output < 4e-6, "\(table)")
                let same = AttentionCase(tokens: 70, queries: queries, heads: 1, keyDim: dim, valueDim: dim, keyType: .q8)
                #expect(try same.difference(AttentionCase.causal, kernels: table).output < AttentionCase.tolerance(.q8), "\(table)")
            }
        }
    }

    @Test("Lengths around the edges of tiles and pages", arguments: [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000])
    func lengths(tokens: Int) throws {
        for queries in Set([1, min(tokens, 3), min(tokens, 17)]) {
            let problem = AttentionCase(tokens: tokens, queries: queries, heads: 1, keyDim: 8, valueDim: 8)
            #expect(try problem.difference(AttentionCase.causal).output < 4e-6)
            let short = AttentionCase(tokens: tokens, queries: queries, heads: 1, keyDim: 8, valueDim: 8, keyType: .bf16)
            #expect(try short.difference(AttentionCase.causal).output < AttentionCase.tolerance(.bf16))
        }
    }

    @Test("Groups of query heads", arguments: [1, 2, 4, 7, 8, 11])
    func groups(group: Int) throws {
        for table in AttentionKernelTable.all {
            for type in [CacheType.f32, .bf16, .q8] {
                for queries in [1, 3] {
                    let problem = AttentionCase(queries: queries, group: group, keyType: type)
                    #expect(try problem.difference(AttentionCase.causal, kernels: table).output < AttentionCase.tolerance(type), "\(table) \(type)")
                }
            }
        }
    }

    @Test("Soft cap, distance slopes and sink logits")
    func rules() throws {
        for table in AttentionKernelTable.all {
            for queries in [1, 4] {
                var problem = AttentionCase(queries: queries)
                problem.rule = ScoreRule(scale: 0.8, softCap: 3, slopes: [0.5, 0.01, 0.003, 0.1], sinkLogits: [1, -.infinity, 3, 0])
                for frame in KeyFrame.allCases {
                    problem.frame = frame
                    let worst = try problem.difference(AttentionCase.causal, kernels: table)
                    #expect(worst.output < 6e-6 && worst.logSumExp < 6e-6, "\(table) \(frame)")
                }
            }
        }
    }

    @Test("Logits of ten thousand and equal logits")
    func extremeLogits() throws {
        for table in AttentionKernelTable.all {
            for queries in [1, 4] {
                let sharp = try AttentionCase(queries: queries, sharpness: 5000).difference(AttentionCase.causal, kernels: table)
                #expect(sharp.output < 0.05 && sharp.logSumExp < 0.05, "\(table)")
                let flat = try AttentionCase(queries: queries, sharpness: 0).difference(AttentionCase.causal, kernels: table)
                #expect(flat.output < 1e-6 && flat.logSumExp < 1e-6, "\(table)")
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
}
