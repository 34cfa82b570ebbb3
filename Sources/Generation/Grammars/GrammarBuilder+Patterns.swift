import Tokenizers

/// Strings that match patterns.
extension GrammarBuilder {
    /// Beyond these a combination of patterns and lengths is refused.
    private static let mostStates = 4_096
    private static let mostEdges = 150_000

    /// What is known of a string that has been read in part.
    private struct PatternState: Hashable {
        /// By pattern: its states behind the last character.
        let kernels: [[Int]]
        /// Characters read, counted as far as it matters.
        let count: Int
        let isStart: Bool
    }

    /// A string that matches all patterns and has so many characters, written without escapes but those that JSON demands.
    ///
    /// The patterns run side by side as one deterministic automaton (Rabin and Scott 1959), since nothing can be taken back once said.
    mutating func string(
        matching patterns: [TextPattern], least: Int, most: Int?, path: String
    ) throws(GrammarError) -> Int32 {
        let closing = ByteEdge(bytes: 0x22...0x22, next: ByteGrammar.end)
        let first = PatternState(kernels: patterns.map { [$0.start] }, count: 0, isStart: true)
        var known = [first: try reserve()]
        var pending = [first], edgeCount = 0
        while let state = pending.popLast(), let node = known[state] {
            let settled = zip(patterns, state.kernels).map { $0.settled($1, isStart: state.isStart) }
            var edges = settled.allSatisfy(\.mayEnd) && state.count >= least ? [closing] : []
            let isFull = most.map { state.count >= $0 } ?? false
            let ways = isFull ? [:] : Self.ways(patterns, settled.map(\.reading))
            for (kernels, characters) in ways.sorted(by: { $0.value[0].lowerBound < $1.value[0].lowerBound }) {
                let count = most == nil ? min(state.count + 1, least) : state.count + 1
                let next = PatternState(kernels: kernels, count: count, isStart: false)
                if known[next] == nil {
                    known[next] = try reserve()
                    pending.append(next)
                }
                edges += try usualEdges(characters, then: known[next] ?? ByteGrammar.end)
            }
            edgeCount += edges.count
            guard edgeCount <= Self.mostEdges, known.count <= Self.mostStates else {
                throw GrammarError(.tooLarge(what: "states in the automaton of its patterns and lengths", most: Self.mostStates), at: path)
            }
            fill(node, with: .bytes(edges))
        }
        return try text("\"", then: known[first] ?? ByteGrammar.end)
    }

    /// Where characters lead: by the states of all patterns behind them, the characters that lead there.
    private static func ways(_ patterns: [TextPattern], _ reading: [[Int]]) -> [[[Int]]: [ClosedRange<UInt32>]] {
        var borders: Set<UInt32> = []
        for (pattern, states) in zip(patterns, reading) {
            for case .characters(let set, _) in states.map({ pattern.states[$0] }) {
                for range in set.ranges { borders.formUnion([range.lowerBound, range.upperBound + 1]) }
            }
        }
        let sorted = borders.sorted()
        var ways: [[[Int]]: [ClosedRange<UInt32>]] = [:]
        for (low, next) in zip(sorted, sorted.dropFirst()) {
            let kernels = zip(patterns, reading).map { $0.kernel(after: low, in: $1) }
            if kernels.allSatisfy({ !$0.isEmpty }) { ways[kernels, default: []].append(low...next - 1) }
        }
        return ways
    }
}

extension TextPattern {
    /// The states behind one more character, in rising order.
    fileprivate func kernel(after character: UInt32, in reading: [Int]) -> [Int] {
        var kernel: Set<Int> = []
        for state in reading {
            if case .characters(let set, let next) = states[state], set.contains(character) { kernel.insert(next) }
        }
        return kernel.sorted()
    }
}
