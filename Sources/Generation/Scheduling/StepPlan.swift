/// How many tokens of each sequence go through the layers in a step.
///
/// A sequence that is being written brings its last token, always. What is left of the step goes to those that are being read: up to half
/// to the one that came first, so that long prompts get on, the rest to those with the least left to read, so that short prompts do not
/// wait for long ones.
struct StepPlan: Hashable {
    /// What a sequence brings.
    struct Member: Hashable {
        /// Tokens that are still to be read; 1 while a reply is written.
        var left: Int
        var isWriting: Bool
        /// Where chunks may not be cut at will: the length of the next one.
        var chunk: Int?
    }
    /// Of each sequence, in their order; 0: not in this step.
    let counts: [Int]

    /// - Parameters:
    ///   - members: in the order in which they came.
    ///   - tokens: most of a step; more only where chunks of a given length are longer.
    init(_ members: [Member], tokens: Int) {
        var counts = members.map { $0.isWriting ? min(1, $0.left) : 0 }
        var room = max(1, tokens - counts.reduce(0, +))
        func give(_ index: Int, atMost limit: Int) {
            let left = members[index].left - counts[index]
            guard left > 0, limit > 0 else { return }
            let count = members[index].chunk.map { counts[index] > 0 ? 0 : min($0, left) } ?? min(left, limit)
            counts[index] += count
            room -= count
        }
        let reading = members.indices.filter { !members[$0].isWriting }
        if let first = reading.first { give(first, atMost: max(1, room / 2)) }
        for index in reading.dropFirst().sorted(by: { (members[$0].left, $0) < (members[$1].left, $1) }) { give(index, atMost: room) }
        if let first = reading.first, members[first].chunk == nil { give(first, atMost: room) }
        self.counts = counts
    }
}
