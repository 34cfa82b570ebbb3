import Diagnostics
import Models

// What going over a text segment by segment costs a question. It keeps nothing that another question could use, so that its figures are
// those of one question, however deep the text.
extension SpeedBench {
    /// Tokens of the frame and the question behind each segment.
    private static let questionTokens = 32

    func measure(_ test: SpeedTest, by cut: SegmentCut, each: (SpeedResult) -> Void) throws {
        for depth in test.depths {
            for length in test.prefill { each(try prefill(length, by: cut, depth: depth)) }
            if test.decode > 0 { each(try decode(test.decode, by: cut, depth: depth)) }
        }
    }

    /// The rate at which a text is gone over: a token's share of its segment, and of the segments that are read again for the answer.
    /// - Parameter depth: tokens of the text before.
    private func prefill(_ length: Int, by cut: SegmentCut, depth: Int) throws -> SpeedResult {
        let news = cut.length - cut.overlap, count = (length - 1) / news + 1, text = Double(depth) + Double(length)
        let segment = Self.tokens(cut.length + Self.questionTokens, decoder: decoder)
        let kept = Self.tokens(Int(min(Double(cut.kept * cut.length), text)), decoder: decoder)
        let clock = ContinuousClock()
        var rates: [Double] = [], visited = 0
        for counts in runs {
            let start = clock.now
            for _ in 0..<count { visited = try judge(segment) }
            let judged = clock.now
            try reader.read(kept[...], into: try resolved.makeCache(decoder, arena: arena))
            let perToken = start.duration(to: judged).seconds / Double(count * news)
            let again = judged.duration(to: clock.now).seconds / text
            if counts { rates.append(1 / max(perToken + again, 1e-9)) }
        }
        return result(.prefill, tokens: length, depth: depth, cut, rates: rates, visited: visited)
    }

    /// - Returns: the keys that the last query visited.
    private func judge(_ segment: [Int32]) throws -> Int {
        let cache = try resolved.makeCache(decoder, arena: arena)
        if let states = try reader.read(segment[...], into: cache, wanted: .last) {
            _ = try decoder.logits(states).withRow(0) { row throws(SamplingError) in try SegmentJudgement(row) }
        }
        return decoder.visitedKeys(in: cache)
    }

    /// Writing behind the segments that were kept.
    private func decode(_ count: Int, by cut: SegmentCut, depth: Int) throws -> SpeedResult {
        let filled = try cache(filledTo: min(depth, cut.kept * cut.length + Self.questionTokens))
        let written = try decode(count, on: filled)
        return result(.decode, tokens: count, depth: depth, cut, rates: written.tokensPerSecondOfEach, visited: written.keysVisited)
    }

    private func result(
        _ test: SpeedResult.Test, tokens: Int, depth: Int, _ cut: SegmentCut, rates: [Double], visited: Int
    ) -> SpeedResult {
        SpeedResult(
            test: test, tokens: tokens, depth: depth, method: cut.name, positions: resolved.positions.name, tokensPerSecondOfEach: rates,
            peakMemoryBytes: ProcessMemory.peakBytes, keysVisited: visited, keysCompared: 0)
    }

    /// How a text is cut for a question and a reply of common length.
    func cut(_ segments: Segments) throws -> SegmentCut {
        try segments.cut(window: resolved.window, frame: Self.questionTokens, reserved: GenerationOptions().maxTokens)
    }
}
