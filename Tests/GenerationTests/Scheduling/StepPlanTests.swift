import ApusTesting
import Testing

@testable import Generation

@Suite("The plan of a step")
struct StepPlanTests {
    private static func reading(_ left: Int, chunk: Int? = nil) -> StepPlan.Member { .init(left: left, isWriting: false, chunk: chunk) }
    private static let writing = StepPlan.Member(left: 1, isWriting: true)

    @Test("Replies bring their token whatever else there is, and the rest of the step is filled")
    func replies() {
        let plan = StepPlan([Self.reading(1000), Self.writing, Self.writing, Self.reading(1000)], tokens: 64)
        #expect(plan.counts == [31, 1, 1, 31])
    }

    @Test("A short prompt passes a long one by, which still gets half")
    func shortAndLong() {
        #expect(StepPlan([Self.reading(8000), Self.reading(300), Self.reading(20)], tokens: 512).counts == [256, 236, 20])
        #expect(StepPlan([Self.reading(8000), Self.reading(20)], tokens: 512).counts == [492, 20])
    }

    @Test("Those that wait for their readers are left out, and a single prompt gets the whole step")
    func waiting() {
        #expect(StepPlan([.init(left: 0, isWriting: true), Self.reading(600)], tokens: 512).counts == [0, 512])
        #expect(StepPlan([], tokens: 512).counts.isEmpty)
    }

    @Test("Chunks that may not be cut are whole or left out")
    func wholeChunks() {
        #expect(StepPlan([Self.reading(900, chunk: 512), Self.reading(900, chunk: 512)], tokens: 512).counts == [512, 0])
    }

    @Test("No member brings more than it has, no step more than it may, and something always goes on", arguments: 0..<200)
    func properties(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let members = (0..<Int.random(in: 1...9, using: &random)).map { _ in
            Bool.random(using: &random) ? Self.writing : Self.reading(Int.random(in: 1...900, using: &random))
        }
        let tokens = Int.random(in: 1...600, using: &random), counts = StepPlan(members, tokens: tokens).counts
        #expect(zip(counts, members).allSatisfy { $0 <= $1.left && (!$1.isWriting || $0 == 1) })
        let writing = members.count { $0.isWriting }
        #expect(counts.reduce(0, +) <= max(tokens, writing + 1))
        #expect(counts.reduce(0, +) >= min(members.reduce(0) { $0 + $1.left }, max(tokens, writing)))
        if let first = members.firstIndex(where: { !$0.isWriting }) { #expect(counts[first] > 0) }
    }
}
