import Foundation
import Testing

@testable import Planning

/// Yi-34B-200K on one A100, with figures rounded as the paper has them. (Fu, Challenges in Deploying Long-Context Transformers, 2024.)
@Suite("The worked example")
struct WorkedExampleTests {
    static func yi() throws -> FigureModel {
        try FigureModel(parameters: 34_000_000_000, layers: 60, heads: 56, keyValueHeads: 8, headDim: 128)
    }

    private func plan(_ tokens: Int, on machine: Machine? = nil, counting: CostModel.Counting = .exact) throws -> Plan {
        try Planner(Self.yi(), machine: machine ?? .named("A100"), chunkTokens: 512, counting: counting)
            .plan(length: tokens, method: "full")
    }

    /// As the reference prints it.
    private func digits(_ value: Double, _ count: Int) -> String {
        let exponent = Int(log10(value.magnitude).rounded(.down)), decimals = max(0, count - 1 - exponent)
        return String(format: "%.\(decimals)f", value)
    }

    @Test("A token's keys and values, and those of texts", arguments: [(4_000, "0.98304", "0.9155"), (50_000, "12.288", "11.444")])
    func cache(tokens: Int, gigabytes: String, gibibytes: String) throws {
        let plan = try plan(tokens)
        #expect(plan.cacheBytesPerToken == 245_760)
        #expect(digits(plan.cacheBytes / 1e9, 5) == gigabytes)
        #expect(digits(plan.cacheBytes / 0x1p30, gibibytes.count - 1).prefix(gibibytes.count) == gibibytes)
    }

    @Test("A million tokens take 250 times what 4,000 do")
    func million() throws {
        let plan = try plan(1_000_000)
        #expect(plan.cacheBytes == 245.76e9)
        #expect(try plan.cacheBytes == 250 * self.plan(4_000).cacheBytes)
        #expect(digits(try self.plan(100_000).cacheBytes / 0x1p30, 5) == "22.888")
    }

    @Test("Reading", arguments: [(4_000, "0.8718", "0.9159"), (50_000, "10.897", "17.790")])
    func reading(tokens: Int, linear: String, total: String) throws {
        let machine = try Machine.named("A100")
        let reading = try plan(tokens).reading
        #expect(digits(2 * 34e9 * Double(tokens) / machine.operationsPerSecond, linear.count - (tokens == 4_000 ? 2 : 1)) == linear)
        #expect(digits(reading.seconds, total.count - (tokens == 4_000 ? 2 : 1)) == total)
        #expect(reading.bound(on: machine) == .compute)
    }

    @Test("The paper's way of counting attention", arguments: [(4_000, "0.8939", 0.89), (50_000, "14.344", 14.1)])
    func paper(tokens: Int, seconds: String, printed: Double) throws {
        let reading = try plan(tokens, counting: .paper).reading
        #expect(digits(reading.seconds, tokens == 4_000 ? 4 : 5) == seconds)
        #expect(abs(reading.seconds - printed) < printed * 0.02)
    }

    @Test(
        "Writing 250 tokens",
        arguments: [(4_000, 2.039e12, "8.458"), (50_000, 2.039e12, "9.844"), (4_000, 2e12, "8.623"), (50_000, 2e12, "10.036")])
    func writing(tokens: Int, bandwidth: Double, seconds: String) throws {
        var machine = try Machine.named("A100")
        machine.bytesPerSecond = bandwidth
        let plan = try plan(tokens, on: machine)
        #expect(digits(250 * plan.writing.seconds, seconds.count - 1) == seconds)
        #expect(plan.writingBound == .memory)
    }

    @Test("Users, and switching between them", arguments: [(4_000, 12, 18, "0.0983"), (50_000, 0, 1, "1.2288")])
    func users(tokens: Int, decimal: Int, binary: Int, switching: String) throws {
        var machine = try Machine.named("A100")
        #expect(try plan(tokens, on: machine).users == decimal)
        #expect(digits(try plan(tokens, on: machine).switchSeconds, tokens == 4_000 ? 3 : 5) == switching)
        machine.memoryBytes = 80 * 0x1p30
        #expect(try plan(tokens, on: machine).users == binary)
    }

    @Test("A step of fewer than 156 tokens waits for memory")
    func balance() throws {
        #expect(try Planner(Self.yi(), machine: .named("A100"), chunkTokens: 512).balanceTokens == 156)
    }

    @Test("Llama 3.1 8B keeps exactly 16 GiB of 131,072 tokens")
    func llama() throws {
        let model = try FigureModel(parameters: 8_030_261_248, layers: 32, heads: 32, keyValueHeads: 8, headDim: 128)
        let plan = try Planner(model, machine: .named("A100"), chunkTokens: 512).plan(length: 131_072, method: "full")
        #expect(plan.cacheBytesPerToken == 131_072 && plan.cacheBytes == 16 * 0x1p30)
    }
}
