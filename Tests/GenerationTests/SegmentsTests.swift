import ApusTesting
import Diagnostics
import Documents
import Foundation
import Testing

@testable import Generation

@Suite("Questions put to segments")
struct SegmentsTests {
    // MARK: Cutting and choosing

    @Test("Options are settled by the window, and left out ones are derived from it")
    func options() throws {
        let plain = try #require(try Segments("segments"))
        #expect(try plain.cut(window: 1024, frame: 24, reserved: 100) == SegmentCut(length: 500, overlap: 62, kept: 1))
        #expect(try plain.cut(window: 100_000, frame: 100, reserved: 256).name == "segments:1024:128:97")
        #expect(try plain.cut(window: 1024, frame: 24, reserved: 900) == SegmentCut(length: 100, overlap: 12, kept: 1))
        let given = try #require(try Segments("segments:100:0:3"))
        #expect(try given.cut(window: 1024, frame: 24, reserved: 100) == SegmentCut(length: 100, overlap: 0, kept: 3))
        #expect(try Segments("streaming") == nil)
        #expect(try Segments("segmentsx") == nil)
    }

    @Test(
        "What cannot be is refused before anything is read",
        arguments: [
            "segments:0", "segments:x", "segments:5:-1", "segments:5:1:0", "segments:5:1:1:1", "segments:", "segments:1000",
            "segments:10:10", "segments:by=luck", "segments:by=entropy:5", "segments:400:10:3", "segments:99999999999999999999",
        ])
    func refusals(text: String) {
        do {
            let cut = try Segments(text)?.cut(window: 1000, frame: 100, reserved: 100)
            Issue.record("\(text) became \(String(describing: cut))")
        } catch {
            #expect(error.kind == .usage && !error.description.isEmpty)
        }
        #expect(throws: SegmentsError.noRoom(window: 100, frame: 90, reserved: 10)) {
            try Segments("segments")?.cut(window: 100, frame: 90, reserved: 10)
        }
    }

    @Test("Segments cover the text, share what they should and merge back to it")
    func cutting() {
        var random = SeededGenerator(seed: 3)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        for _ in 0..<500 {
            let length = 1 + below(40), overlap = below(length), tokens = 1 + below(300)
            let cut = SegmentCut(length: length, overlap: overlap, kept: 1 + below(20)), segments = cut.segments(of: tokens)
            let count = tokens <= length ? 1 : (tokens - overlap + length - overlap - 1) / (length - overlap)
            #expect(segments.count == count && segments.allSatisfy { $0.count == min(length, tokens) })
            #expect(segments.first?.lowerBound == 0 && segments.last?.upperBound == tokens)
            #expect(
                zip(segments, segments.dropFirst()).allSatisfy { $1.lowerBound > $0.lowerBound && $0.upperBound - $1.lowerBound >= overlap }
            )
            #expect(SegmentCut.merged(segments) == [0..<tokens])

            let entropies = segments.map { _ in Double(below(5)) }, chosen = cut.chosen(entropies: [], contrasts: entropies.map { -$0 })
            let byEntropy = SegmentCut(length: length, overlap: overlap, kept: cut.kept, score: .entropy)
            #expect(byEntropy.chosen(entropies: entropies, contrasts: []) == chosen)
            #expect(chosen == chosen.sorted() && chosen.count == min(cut.kept, segments.count))
            let worst = chosen.map { entropies[$0] }.max() ?? 0
            for index in segments.indices where !chosen.contains(index) {
                #expect(entropies[index] > worst || entropies[index] == worst && chosen.allSatisfy { entropies[$0] < worst || $0 < index })
            }
            let merged = SegmentCut.merged(chosen.map { segments[$0] })
            #expect(Set(merged.joined()) == Set(chosen.flatMap { segments[$0] }))
            #expect(merged.reduce(0) { $0 + $1.count } == Set(merged.joined()).count)
        }
        #expect(SegmentCut(length: 4, overlap: 0, kept: 1).segments(of: 0).isEmpty)
    }

    @Test("Entropy is 0 when one token is certain, ln V when all are alike, and a number for logits of ten thousand")
    func entropy() throws {
        func entropy(_ logits: [Float]) throws -> Double { try logits.withUnsafeBufferPointer { try LogProbabilities.entropy(of: $0) } }
        #expect(try abs(entropy(Array(repeating: 3, count: 1000)) - log(1000)) < 1e-5)
        #expect(try entropy([0, 10_000, -10_000]) == 0)
        #expect(try entropy([-.infinity, 5, -.infinity]) == 0)
        #expect(try abs(entropy([10_000, 10_000, -10_000]) - log(2)) < 1e-6)
        #expect(try abs(entropy([Float(log(0.25)), Float(log(0.75))]) - (0.25 * log(4) + 0.75 * log(4 / 3.0))) < 1e-6)
        #expect(throws: SamplingError.self) { try entropy([.nan, 1]) }
    }

    @Test("The contrast of segments is their divergence from the mean: nothing where all are alike, ln N where each says something else")
    func contrast() throws {
        func judgement(_ probabilities: [Double]) throws -> SegmentJudgement {
            try probabilities.map { Float(log($0)) }.withUnsafeBufferPointer { try SegmentJudgement($0) }
        }
        let refusal = try judgement([0.98, 0.01, 0.01]), answer = try judgement([0.1, 0.9, 0])
        #expect(SegmentJudgement.contrasts([refusal, refusal, refusal]).allSatisfy { abs($0) < 1e-6 })
        #expect(SegmentJudgement.contrasts([]).isEmpty)
        let certain = try (0..<3).map { place in try judgement((0..<3).map { $0 == place ? 1 : 0 }) }
        #expect(SegmentJudgement.contrasts(certain).allSatisfy { abs($0 - log(3)) < 1e-6 })

        let all = Array(repeating: refusal, count: 6) + [answer], contrasts = SegmentJudgement.contrasts(all)
        let mean = [0.98 * 6 / 7 + 0.1 / 7, 0.01 * 6 / 7 + 0.9 / 7]
        #expect(abs(contrasts[6] - (0.1 * log(0.1 / mean[0]) + 0.9 * log(0.9 / mean[1]))) < 1e-6)
        #expect(contrasts.prefix(6).allSatisfy { $0 < contrasts[6] })
        #expect(answer.entropy > refusal.entropy, "by entropy a refusal would be kept")
        #expect(SegmentCut(length: 1, overlap: 0, kept: 1).chosen(entropies: all.map(\.entropy), contrasts: contrasts) == [6])
    }

    @Test("What tokens beyond the likeliest weigh is counted together, and no contrast is below nothing or above ln N")
    func contrastBounds() throws {
        var random = SeededGenerator(seed: 5)
        let judgements = try (0..<40).map { _ in
            let logits = (0..<500).map { _ in Float(random.next() % 1000) / 250 }
            return try logits.withUnsafeBufferPointer { try SegmentJudgement($0) }
        }
        #expect(SegmentJudgement.contrasts(judgements).allSatisfy { (0...log(40)).contains($0) })
        #expect(SegmentJudgement.contrasts(judgements + [.unknown]).allSatisfy { $0.isFinite })
    }

    // MARK: Asking

    private func ask(
        _ model: Model, _ text: DocumentSet, method: String, tokens: Int = 10, sources: Int = 0, progress: ProgressHandler? = nil
    ) async throws -> GenerationReport {
        let reading = try await model.read(text, options: ReadingOptions(method: AttentionMethod(method)))
        let options = GenerationOptions(maxTokens: tokens, sources: sources)
        return try await ReadingFixture.report(of: reading.ask("Who?", options: options, progress: progress))
    }

    @Test("A text that fits the window is answered token for token as by plain reading", arguments: [100, 700, 1100])
    func withinWindow(bytes: Int) async throws {
        let fixture = try ReadingFixture(), text = try ReadingFixture.text(bytes: bytes)
        let plain = try await ask(fixture.model, text, method: "full", sources: 3)
        let segments = try await ask(fixture.model, text, method: "segments", sources: 3)
        #expect(segments.text == plain.text && segments.segments.isEmpty && segments.method == "segments")
        #expect(segments.sources.map(\.start) == plain.sources.map(\.start) && !plain.sources.isEmpty)
        #expect(segments.tokens.prompt == plain.tokens.prompt)
    }

    @Test("When all segments are kept the answer is that of plain reading", arguments: [(150, 0), (150, 40), (333, 1), (64, 63)])
    func allKept(length: Int, overlap: Int) async throws {
        let small = try ReadingFixture(window: 1000), large = try ReadingFixture(window: 4000)
        let text = try ReadingFixture.text(bytes: 640)
        let plain = try await ask(large.model, text, method: "full", tokens: 9)
        let reading = try await small.model.read(text, options: ReadingOptions(method: AttentionMethod("segments")))
        let cut = SegmentCut(length: length, overlap: overlap, kept: 1 << 20), segments = cut.segments(of: reading.text.textTokens)
        let shown = SegmentCut.merged(cut.chosen(entropies: [], contrasts: segments.map { _ in 1 }).map { segments[$0] })
        let prompt = try small.model.decoder.tokenizer.tokens(of: reading.resolved.prompt.question("Who?"))
        let found = try await small.model.answered(prompt, from: shown, about: reading, tokens: 9)
        #expect(found.text == plain.text && found.tokens.prompt == plain.tokens.prompt)
    }

    @Test("A longer text is judged segment by segment; offsets are those of the files, and one window is all that is ever held")
    func beyondWindow() async throws {
        let fixture = try ReadingFixture(window: 512), text = try ReadingFixture.text(bytes: 5000)
        let progress = ProgressLog(), reading = try await fixture.model.read(text, options: Self.method("segments:120:20"))
        let report = try await ReadingFixture.report(
            of: reading.ask("Who?", options: GenerationOptions(maxTokens: 10, sources: 3), progress: progress.handler))
        let kept = report.segments.filter(\.isKept), cut = SegmentCut(length: 120, overlap: 20, kept: kept.count)
        let segments = cut.segments(of: reading.text.textTokens), ends = [0] + reading.text.ends
        #expect(report.segments.count == segments.count && report.method == cut.name)
        for (segment, tokens) in zip(report.segments, segments) {
            let place = ScoredSegment.Place(file: "chronicle.txt", start: ends[tokens.lowerBound], end: ends[tokens.upperBound])
            #expect(segment.places == [place])
            #expect((0...log(260)).contains(segment.entropy))
        }
        let worst = kept.map(\.contrast).min() ?? 0
        #expect(report.segments.allSatisfy { $0.isKept || $0.contrast <= worst })
        let ranges = SegmentCut.merged(kept.flatMap(\.places).map { $0.start..<$0.end })
        #expect(report.tokens.prompt < 512 && report.tokens.prompt >= ranges.reduce(0) { $0 + $1.count })
        #expect(!report.sources.isEmpty)
        for source in report.sources {
            #expect(ranges.contains { $0.overlaps(source.start..<source.end) })
            #expect(source.text == String(decoding: text.bytes[source.start..<source.end], as: UTF8.self))
        }
        #expect(progress.completed == progress.completed.sorted() && progress.completed.last == reading.text.textTokens)
    }

    private static func method(_ text: String) -> ReadingOptions { ReadingOptions(method: AttentionMethod(text)) }

    @Test("The score of a segment does not depend on what else is in the text")
    func independence() async throws {
        let fixture = try ReadingFixture(window: 512)
        let whole = try await ask(fixture.model, ReadingFixture.text(bytes: 1400), method: "segments:100:0:1")
        let beginning = try await ask(fixture.model, ReadingFixture.text(bytes: 1000), method: "segments:100:0:1")
        #expect(whole.segments.prefix(9).map(\.entropy) == beginning.segments.prefix(9).map(\.entropy))
        #expect(Set(whole.segments.map(\.entropy)).count > 9)
    }

    @Test("Work grows as the text does, and what is answered from never outgrows the window")
    func cost() async throws {
        let fixture = try ReadingFixture(window: 512)
        var counts: [Int] = []
        for length in [4000, 16_000] {
            let report = try await ask(fixture.model, ReadingFixture.text(bytes: length), method: "segments:200:0:1", tokens: 2)
            counts.append(report.segments.count)
            #expect(report.tokens.prompt < 512)
        }
        #expect((20...21).contains(counts[0]) && (80...81).contains(counts[1]))
    }

    @Test("Any saved reading can be asked by its tokens, and the method saves none")
    func savedReadings() async throws {
        let fixture = try ReadingFixture(window: 512), folder = fixture.folder.file("reading"), text = try ReadingFixture.text(bytes: 3000)
        _ = try await fixture.model.read(text, options: ReadingOptions(method: .sliding(window: 64)), into: folder)
        let saved = try await fixture.model.open(folder, method: AttentionMethod("segments:150:10:2"))
        let fromFolder = try await fixture.answer(saved, sources: 2)
        let fromText = try await ask(fixture.model, text, method: "segments:150:10:2", tokens: 12, sources: 2)
        #expect(fromFolder.text == fromText.text && fromFolder.segments == fromText.segments)
        #expect(fromFolder.sources.map(\.start) == fromText.sources.map(\.start))

        let method = ReadingOptions(method: AttentionMethod("segments"))
        await #expect(throws: SegmentsError.asksOnly) {
            try await fixture.model.read(text, options: method, into: fixture.folder.file("new"))
        }
        await #expect(throws: SegmentsError.asksOnly) {
            try await ReadingFixture.report(of: fixture.model.complete(Array("Go".utf8), reading: method))
        }
    }

    @Test("A conversation is the text that has been said so far, of which nothing is kept in memory")
    func conversation() async throws {
        let fixture = try ReadingFixture(window: 512), method = AttentionMethod("segments:100:10:2")
        let conversation = try Conversation(model: fixture.model, options: ReadingOptions(method: method))
        let options = GenerationOptions(maxTokens: 12), log = try ReadingFixture.text(bytes: 3000).text
        func say(_ text: String) async throws -> String {
            try await ReadingFixture.report(of: conversation.say(text, options: options)).text
        }
        func ask(_ question: String, _ parts: [String]) async throws -> String {
            let text = try DocumentSet(parts.filter { !$0.isEmpty }.map { try PlainText(Array($0.utf8), name: "turn") })
            let reading = try await fixture.model.read(text, options: ReadingOptions(method: method))
            return try await ReadingFixture.report(of: reading.ask(question, options: options)).text
        }
        // A quarter of the window is what a question may take.
        let space = try #require(log.dropFirst(3000 - 128).firstIndex(of: " "))
        let beginning = String(log[..<space]), end = String(log[log.index(after: space)...])
        let first = try await say(log)
        #expect(try await ask(end, [beginning]) == first)
        let second = try await say("Who?")
        #expect(try await ask("Who?", [beginning, end, first]) == second)
        let third = try await say("And then?")
        #expect(try await ask("And then?", [beginning, end, first, "Who?", second]) == third)
        #expect(fixture.model.arena.bytesInUse == 0)
    }

    @Test("A cancelled question ends between segments, and the model serves the next")
    func cancelling() async throws {
        let fixture = try ReadingFixture(window: 512), cancellation = Cancellation()
        let reading = try await fixture.model.read(
            ReadingFixture.text(bytes: 4000), options: ReadingOptions(method: AttentionMethod("segments:100")))
        let stop: ProgressHandler = { if $0.completed > 500 { cancellation.cancel() } }
        await #expect(throws: Interrupted.self) {
            try await ReadingFixture.report(of: reading.ask("Who?", progress: stop, cancellation: cancellation))
        }
        #expect(try await fixture.answer(reading, tokens: 2).tokens.generated <= 2)
    }
}

/// Keeps what was reported.
private final class ProgressLog: @unchecked Sendable {
    // Sendable because one thread, the model's, writes before the test reads.
    private(set) var completed: [Int] = []

    var handler: ProgressHandler { { self.completed.append($0.completed) } }
}

extension Model {
    fileprivate func answered(_ prompt: [Int32], from shown: [Range<Int>], about reading: Reading, tokens: Int) throws -> GenerationReport {
        try answer(
            prompt: prompt, from: shown, about: reading, options: GenerationOptions(maxTokens: tokens),
            request: AnswerRequest(cancellation: Cancellation())
        ) { _ in }
    }
}
