import ApusTesting
import Diagnostics
import Testing

@testable import Generation

@Suite("Questions that go over a whole text, beside other requests")
struct SegmentsSchedulingTests {
    private static func end(of channel: ReplyChannel) async throws -> GenerationReport? {
        var report: GenerationReport?
        for try await event in ReplyStream(channel) { if case .finished(_, let last) = event { report = last } }
        return report
    }

    private struct Fixture {
        let model: Model
        let question: GenerationRequest
        let core = SchedulerCore(options: SchedulerOptions(pageBudget: 1 << 30))
        let channel = ReplyChannel(capacity: 64) {}

        init() async throws {
            let fixture = try ReadingFixture(window: 256)
            model = fixture.model
            let options = ReadingOptions(method: AttentionMethod("segments:64:8:1"), cacheType: "f32")
            let reading = try await model.read(ReadingFixture.text(bytes: 2000), options: options)
            question = GenerationRequest(.question("Who?", about: reading), options: GenerationOptions(maxTokens: 6))
        }
    }

    @Test("Between two of its parts others are read and answered, and the answer is the same")
    func othersGoOn() async throws {
        let fixture = try await Fixture(), alone = ReplyChannel(capacity: 64) {}
        _ = await fixture.model.serve(fixture.core, [.request(fixture.question, alone)])
        let expected = try await Self.end(of: alone)
        let short = GenerationRequest(
            .text(Array("The keeper".utf8)), reading: ReadingOptions(method: .full, cacheType: "f32"),
            options: GenerationOptions(maxTokens: 3))
        let other = ReplyChannel(capacity: 64) {}
        let seen = await fixture.model.serve(
            fixture.core, [.request(fixture.question, fixture.channel)], later: .request(short, other))
        #expect(seen.contains { $0.finished == 2 && $0.running == 1 }, "the short one ends while the question is still gone over")
        #expect(try await Self.end(of: other)?.tokens.generated == 3)
        let report = try await Self.end(of: fixture.channel)
        #expect(report?.text == expected?.text && report?.segments == expected?.segments && report?.segments.isEmpty == false)
    }

    @Test("A second one waits for the first, and one that nobody waits for any more is not begun")
    func oneAtATime() async throws {
        let fixture = try await Fixture(), left = ReplyChannel(capacity: 64) {}, second = ReplyChannel(capacity: 64) {}
        left.cancel()
        let seen = await fixture.model.serve(
            fixture.core, [fixture.channel, left, second].map { .request(fixture.question, $0) })
        #expect(seen.allSatisfy { $0.running <= 1 } && seen.first?.waiting == 1)
        #expect(fixture.core.statistics.cancelled == 1 && fixture.core.statistics.finished == 2)
        let first = try await Self.end(of: fixture.channel)
        #expect(try await Self.end(of: second)?.text == first?.text && first != nil)
    }
}

extension Model {
    /// Goes on until nothing is left to do. The third time that it is asked what has come, something has.
    /// - Returns: how things stood between the parts of questions.
    fileprivate func serve(
        _ core: SchedulerCore, _ arrivals: [SchedulerCore.Arrival], later: SchedulerCore.Arrival? = nil
    ) -> [SchedulerStatistics] {
        var seen: [SchedulerStatistics] = [], arrivals = arrivals
        while core.serve(
            self, arrivals,
            exchange: { statistics in
                seen.append(statistics)
                return seen.count == 3 ? [later].compactMap(\.self) : []
            })
        {
            arrivals = []
        }
        return seen
    }
}
