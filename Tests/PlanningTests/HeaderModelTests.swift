import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@testable import Planning

/// What is planned from a header, beside what the engine does.
@Suite("Plans beside the engine")
struct HeaderModelTests {
    private static let chunk = 128
    private static let window = 2048

    /// A model and a text that it has read.
    private struct Run {
        let model: HeaderModel
        let cache: KeyValueCache
        let costs: CostModel

        init(_ tiny: TinyModel, method: String, tokens: Int) throws {
            let file = try tiny.open(), compute = Compute(pool: WorkerPool(threads: 1))
            let decoder = try Decoder(OpenedModel(file), compute: compute)
            model = try HeaderModel(GGUFModel(file))
            let policy = try PolicyRegistry.policy(method, window: window, layers: tiny.layers)
            costs = try CostModel(model, machine: .named("A100"), policy: policy, chunkTokens: chunk)
            cache = decoder.makeCache(
                try decoder.cacheSpec(keyType: .bf16, valueType: .bf16, frame: policy.needs.frame ?? .page), arena: PageArena())
            var left = tokens
            while left > 0 {
                let part = (0..<min(left, costs.chunkTokens)).map { Int32(($0 * 31 + left) % 256) }
                _ = try decoder.states(tokens: part, cache: cache, policy: policy, wanted: .none)
                decoder.endChunk(part[...], surprisals: part.map { Float($0) }, in: cache, by: policy)
                left -= part.count
            }
        }

        var layers: Int { cache.specs.count }

        /// Pairs of a query of a head and a key, as planned.
        func pairs(tokens: Int) -> Double {
            all(of: tokens).seen
        }

        /// Pairs that are seen and those that are compared, as planned.
        func all(of tokens: Int) -> (seen: Double, compared: Double) {
            var total = (seen: 0.0, compared: 0.0)
            for first in stride(from: 0, to: tokens, by: costs.chunkTokens) {
                for layer in 0..<layers {
                    let queries = min(costs.chunkTokens, tokens - first)
                    let compared = costs.pairs(layer: layer, queries: queries, behind: first).compared * Double(model.heads)
                    let operations = costs.attention(layer: layer, queries: queries, behind: first).operations
                    total.seen += (operations - 2 * Double(model.keyDim) * compared) / Double(2 * (model.keyDim + model.valueDim))
                    total.compared += compared
                }
            }
            return total
        }

        /// Bytes of pages that are there, without what the method remembers.
        var keptBytes: Double { Double(cache.bytesInUse - (cache.memory?.byteCount ?? 0)) }
    }

    private static let grouped = TinyModel(heads: 4, keyValueHeads: 2, contextLength: window)

    @Test("Pairs of queries and keys are counted as the engine counts them", arguments: [4, 2, 1])
    func pairs(keyValueHeads: Int) throws {
        var tiny = Self.grouped
        tiny.keyValueHeads = keyValueHeads
        let run = try Run(tiny, method: "full", tokens: 700)
        #expect(run.pairs(tokens: 700) == Double(run.cache.work.keys))
        #expect(run.pairs(tokens: 700) == Double(tiny.layers * tiny.heads) * 700 * 701 / 2)
    }

    @Test(
        "What methods with windows see and keep is what the engine sees and keeps, but for a page at each end",
        arguments: [
            "sliding:128", "streaming:4:252", "lm-infinite:10:200", "sink-window:64:256", "block0:128", "strided:2:2",
            "full:1/2+sliding:128",
        ])
    func windows(method: String) throws {
        let tokens = 1500, run = try Run(Self.grouped, method: method, tokens: tokens)
        let planned = run.pairs(tokens: tokens), seen = Double(run.cache.work.keys)
        #expect(abs(planned - seen) < seen * 0.1, "\(planned) pairs planned, \(seen) seen")
        let page = run.costs.bytesPerToken * Double(CacheSpec.pageTokens)
        #expect(abs(run.costs.cacheBytes(tokens: tokens) - run.keptBytes) <= 2 * page)
        #expect(run.keptBytes <= run.costs.largestCacheBytes(tokens: tokens) + 2 * page)
    }

    @Test(
        "Methods that choose see no more than planned, and keep what is planned",
        arguments: ["infllm:32:2:256:32", "longheads:64:256", "selfextend", "rerope", "random-blocks", "hip:128:window=128"])
    func choosing(method: String) throws {
        let tokens = 1500, run = try Run(Self.grouped, method: method, tokens: tokens)
        #expect(Double(run.cache.work.keys) <= run.pairs(tokens: tokens) * 1.15)
        let page = run.costs.bytesPerToken * Double(CacheSpec.pageTokens)
        #expect(abs(run.costs.cacheBytes(tokens: tokens) - run.keptBytes) <= page)
    }

    @Test(
        "What methods compare so that they can choose is what is planned",
        arguments: [
            "infllm:32:2:128:32", "infllm:32:2:128:32:by=mean", "longheads:64:256", "lserve:192:reading=pages:streaming=0",
            "hip:128:window=128:dense=1", "landmark:31:2", "full",
        ])
    func comparing(method: String) throws {
        let tokens = 1920, run = try Run(Self.grouped, method: method, tokens: tokens)
        let planned = run.all(of: tokens).compared, compared = Double(run.cache.work.compared)
        #expect(abs(planned - compared) <= 0.2 * compared, "\(planned) comparisons planned, \(compared) made")
        #expect((compared > 0) == (method != "full"))
    }

    @Test("Choosing costs what comparing takes: the more the longer the text is")
    func priceOfChoosing() throws {
        let run = try Run(Self.grouped, method: "infllm:32:2:256:32", tokens: 64)
        let costs = [2000, 4000, 8000].map { run.costs.attention(layer: 0, queries: 1, behind: $0 - 1) }
        let perBlock = Double(2 * run.model.keyDim * run.model.heads)
        #expect(abs(costs[1].operations - costs[0].operations - 2000 / 32 * perBlock) <= perBlock)
        #expect(abs(costs[2].operations - costs[1].operations - 4000 / 32 * perBlock) <= perBlock)
        #expect(costs[2].bytes > costs[1].bytes && costs[2].seconds > costs[1].seconds)
    }

    @Test("What SirLLM keeps never passes what is planned")
    func surprising() throws {
        let run = try Run(Self.grouped, method: "sirllm:4:200:52", tokens: 1500)
        let page = run.costs.bytesPerToken * Double(CacheSpec.pageTokens)
        #expect(run.keptBytes <= run.costs.largestCacheBytes(tokens: 1500) + page)
    }

    @Test("Weights are counted once each, and multiplied as the description says", arguments: [true, false])
    func products(tied: Bool) throws {
        var tiny = TinyModel(family: .qwen2, layers: 3, tied: tied, type: .q8_0)
        tiny.feedForward = 96
        let file = try tiny.open(), model = try HeaderModel(GGUFModel(file))
        #expect(model.weightBytes == file.tensors.reduce(0) { $0 + ($1.type.byteCount(of: $1.columns) ?? 0) * $1.rows })
        let (width, rows) = (64, tiny.heads * tiny.headDim), own = tiny.keyValueHeads * tiny.headDim
        let layer = width * (2 * rows + 2 * own) + 3 * width * 96
        let vocabulary = try #require(file.tensors.first { $0.name == "token_embd.weight" }).rows, head = vocabulary * width
        func operations(_ step: StepCount) -> Double { step.products.reduce(0) { $0 + $1.operations } }
        #expect(operations(model.step(tokens: 10, wanted: 10)) == Double(2 * 10 * (3 * layer + head)))
        // In the last layer only keys, values and queries of tokens whose logits nobody wants are made.
        let unwanted = width * rows + 3 * width * 96
        #expect(operations(model.step(tokens: 10, wanted: 1)) == Double(2 * (10 * (3 * layer - unwanted) + unwanted + head)))
        #expect(model.weightTypes == [.q8_0])
    }

    @Test("Memory comes back to the pool in blocks of powers of two")
    func pool() {
        let pool = CountedPool()
        var first: CountedTensor? = CountedTensor(rows: 3, columns: 1000, pool: pool)
        #expect(pool.residentBytes == 16_384 && first?.count == 3000)
        first = nil
        let second = CountedTensor(rows: 4, columns: 1000, pool: pool), third = CountedTensor(rows: 4, columns: 1000, pool: pool)
        #expect(pool.residentBytes == 2 * 16_384 && second.count == third.count)
        let large = CountedTensor(rows: 1024, columns: 1300, pool: pool)
        #expect(pool.residentBytes == 2 * 16_384 + 3 * (2 << 20) && large.rows == 1024)
    }
}
