import Attention
import KeyValues
import Testing

@testable import Planning

@Suite("What reading and writing cost")
struct CostTests {
    private func costs(_ method: String = "full", chunk: Int = 512, on machine: String = "A100", users: Int = 1) throws -> CostModel {
        let model = try WorkedExampleTests.yi()
        return try CostModel(
            model, machine: .named(machine), policy: PolicyRegistry.policy(method, window: 4096, layers: model.layers), chunkTokens: chunk)
    }

    /// `4 L D (m c + m (m + 1) / 2)`
    private func exact(_ tokens: Int, behind: Int = 0) -> Double {
        4 * 60 * 7168 * (Double(tokens * behind) + Double(tokens * (tokens + 1)) / 2)
    }

    private func attention(_ costs: CostModel, _ tokens: Int, behind: Int = 0) -> Double {
        (0..<60).reduce(0) { $0 + costs.attention(layer: $1, queries: tokens, behind: behind).operations }
    }

    @Test("Attention in chunks is attention at once, however the text is cut", arguments: [1, 7, 64, 512, 1000, 4096])
    func chunks(length: Int) throws {
        let costs = try costs(), tokens = 4000
        let sum = stride(from: 0, to: tokens, by: length).reduce(0) { sum, first in
            sum + attention(costs, min(length, tokens - first), behind: first)
        }
        #expect(sum == exact(tokens))
        #expect(sum == 2 * 60 * 7168 * Double(tokens) * Double(tokens + 1))
    }

    @Test("Reading one token behind the others is writing one")
    func one() throws {
        let costs = try costs(), tokens = 3000
        let reading = costs.products(tokens: 1, wanted: 1).operations + attention(costs, 1, behind: tokens - 1)
        #expect(reading == costs.writing(at: tokens).operations)
        #expect(costs.writing(at: tokens).operations == 2 * 34e9 + 4 * 60 * 7168 * Double(tokens))
    }

    @Test("Query heads decide what is computed, key/value heads what is kept")
    func grouped() throws {
        let many = try FigureModel(parameters: 1_000_000, layers: 2, heads: 8, keyValueHeads: 8, headDim: 64)
        let few = try FigureModel(parameters: 1_000_000, layers: 2, heads: 8, keyValueHeads: 2, headDim: 64)
        func plan(_ model: FigureModel) throws -> Plan {
            try Planner(model, machine: .named("A100"), chunkTokens: 512).plan(length: 1000, method: "full")
        }
        #expect(try plan(many).reading.operations == plan(few).reading.operations)
        #expect(try plan(many).cacheBytes == 4 * plan(few).cacheBytes)
    }

    @Test("Time grows with the text, users with memory")
    func monotone() throws {
        var last = (reading: 0.0, writing: 0.0)
        for tokens in [1, 10, 511, 512, 513, 1000, 5000, 100_000] {
            let costs = try costs(), now = (costs.reading(tokens: tokens).seconds, costs.writing(at: tokens).seconds)
            #expect(now.0 > last.reading && now.1 > last.writing)
            last = now
        }
        var users = -1
        for memory in [10e9, 70e9, 80e9, 141e9, 1e12] {
            var machine = try Machine.named("A100")
            machine.memoryBytes = memory
            let now = try Planner(WorkedExampleTests.yi(), machine: machine, chunkTokens: 512).plan(length: 4000, method: "full").users
            #expect(now >= users)
            users = now
        }
    }

    @Test("Users beside each other cost hardly anything as long as the step waits for memory")
    func batches() throws {
        let costs = try costs(), alone = costs.writing(at: 1).seconds
        #expect(costs.writing(at: 1, users: 64).seconds < alone * 1.01)
        #expect(costs.writing(at: 1, users: 312).seconds > alone * 1.9)
    }

    @Test("What makes writing wait for computing does so")
    func turning() throws {
        let planner = try Planner(WorkedExampleTests.yi(), machine: .named("A100"), chunkTokens: 512)
        let plan = try planner.plan(length: 100, method: "full"), users = try #require(plan.usersToComputeBound)
        #expect(try costs().writing(at: 100, users: users).bound(on: planner.machine) == .compute)
        #expect(try costs().writing(at: 100, users: users - 2).bound(on: planner.machine) == .memory)
        // Attention reads each user's own keys, so that behind a long text no number is enough.
        #expect(try planner.plan(length: 100_000, method: "full").usersToComputeBound == nil)
    }

    @Test("A window bounds what is kept, read and waited for; sinks come on top")
    func windows() throws {
        let sliding = try costs("sliding:1024"), streaming = try costs("streaming:4:1020")
        #expect(sliding.cacheBytes(tokens: 102_400) == sliding.cacheBytes(tokens: 204_800))
        #expect(sliding.cacheBytes(tokens: 100_000) <= Double((1024 + 64) * 245_760))
        #expect(streaming.cacheBytes(tokens: 100_032) <= Double((64 + 1020 + 64) * 245_760))
        #expect(sliding.writing(at: 100_000).seconds < (try costs().writing(at: 100_000).seconds))
        #expect(sliding.largestCacheBytes(tokens: 100_000) >= sliding.cacheBytes(tokens: 100_000))
        #expect(try costs().largestCacheBytes(tokens: 100_000) == costs().cacheBytes(tokens: 100_000))
    }

    @Test("Several devices share everything, and keep the weights once")
    func devices() throws {
        let one = try Planner(WorkedExampleTests.yi(), machine: .named("A100"), chunkTokens: 512).plan(length: 4000, method: "full")
        let four = try Planner(WorkedExampleTests.yi(), machine: .named("A100").times(4), chunkTokens: 512)
            .plan(length: 4000, method: "full")
        #expect(abs(four.reading.seconds * 4 - one.reading.seconds) < 1e-9)
        #expect(abs(four.switchSeconds * 4 - one.switchSeconds) < 1e-9)
        #expect(four.users > 4 * one.users)
    }

    @Test("What cannot be is refused with all reasons")
    func reasons() throws {
        var machine = try Machine.named("laptop")
        machine.memoryBytes = 1e9
        let plan = try Planner(WorkedExampleTests.yi(), machine: machine, chunkTokens: 512).plan(length: 4000, method: "full")
        #expect(plan.reasons.count == 1 && plan.reasons[0].contains("bytes of memory") && plan.users == 0)
    }
}
