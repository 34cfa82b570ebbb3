/// Which texts go through an encoder's layers together.
enum TokenPasses {
    /// Rows that keep the products busy, and whose activations stay in the processor's last cache between them.
    private static let tokensPerPass = 1024

    /// Neighbours that share a pass, by how many tokens each text has.
    static func ranges(of lengths: [Int]) -> [Range<Int>] {
        var passes: [Range<Int>] = [], first = 0, tokens = 0
        for (index, length) in lengths.enumerated() {
            if index > first, tokens + length > tokensPerPass {
                passes.append(first..<index)
                (first, tokens) = (index, 0)
            }
            tokens += length
        }
        return first < lengths.count ? passes + [first..<lengths.count] : passes
    }
}
