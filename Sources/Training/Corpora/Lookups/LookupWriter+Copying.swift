extension LookupWriter {
    private static let spanTokens = 10...60
    /// Tokens of a copy from which it can be known what it is a copy of.
    private static let cue = 3

    /// Text in which spans come again, word for word: what models learn to look things up with.
    ///
    /// The loss counts where a copy goes on, and where it ends as text does.
    func copying(_ random: inout CorpusRandom) throws(CorpusError) -> LookupSequence {
        let opening = [frame.opening[0]]
        var room = options.length + 1 - opening.count
        var copies: [Filler.Stretch] = []
        // Each span takes room twice, as itself and as its copy.
        let wanted = max(1, options.length / 160)
        for _ in 0..<wanted {
            let count = min(random.within(Self.spanTokens), room / 4)
            copies.append(try filler.stretch(of: count, continues: true, &random))
            room -= 2 * count
        }
        let between = try filler.stretch(of: room, &random)
        var (tokens, weights) = (opening, [Float(0)])
        var start = 0
        let order = spans(count: copies.count, &random)
        let places = order.map { _ in random.pick(between.wordEnds) }.sorted()
        for (span, place) in zip(order, places) {
            tokens += between.tokens[start..<place]
            weights += Array(repeating: options.textWeight, count: place - start)
            start = place
            tokens += copies[span.number].tokens
            weights += copies[span.number].tokens.indices.map { span.isCopy && $0 >= Self.cue ? 1 : options.textWeight }
        }
        tokens += between.tokens[start...]
        weights += Array(repeating: options.textWeight, count: room - start)
        return LookupSequence(
            kind: .copying, tokens: tokens, weights: Array(weights.dropFirst()), answers: [], text: opening.count..<tokens.count)
    }

    /// Every span twice in a random order; the second time it is a copy.
    private func spans(count: Int, _ random: inout CorpusRandom) -> [(number: Int, isCopy: Bool)] {
        var order = Array(0..<count) + Array(0..<count)
        random.shuffle(&order)
        var seen: Set<Int> = []
        return order.map { (number: $0, isCopy: !seen.insert($0).inserted) }
    }
}
