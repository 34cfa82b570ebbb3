import Training

/// Lines that say nothing, among which RULER hides others.
enum NoiseLines {
    static let line = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.\n"
}

extension Workshop {
    /// Lines, with others among them at random places and in their order, exactly as long as there is room.
    ///
    /// - Parameters:
    ///   - hay: lines as tokens, of which there must be some.
    ///   - items: the lines to hide; no two stand together.
    /// - Returns: the text, and where in it each item stands.
    /// - Precondition: all of it fits the room.
    func lines(
        _ hay: [[Int32]], hiding items: [[Int32]], behind instruction: [Int32], room: Int, _ random: inout CorpusRandom
    ) -> (tokens: [Int32], spans: [Range<Int>]) {
        let places = Array(Array(hay.indices).shuffled(&random).prefix(items.count)).sorted()
        var body: [Int32] = [], spans: [Range<Int>] = []
        for (number, line) in hay.enumerated() {
            if spans.count < places.count, places[spans.count] == number {
                let item = items[spans.count]
                spans.append(body.count..<body.count + item.count)
                body += item
            }
            body += line
        }
        // Items that there were no lines for stand behind them all.
        for item in items.dropFirst(spans.count) {
            spans.append(body.count..<body.count + item.count)
            body += item
        }
        let (tokens, start) = filled(instruction, body, room: room)
        return (tokens, spans.map { $0.shifted(by: start) })
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}

extension Collection {
    /// The same in an order that the random numbers decide.
    func shuffled(_ random: inout CorpusRandom) -> [Element] {
        var elements = Array(self)
        random.shuffle(&elements)
        return elements
    }
}
