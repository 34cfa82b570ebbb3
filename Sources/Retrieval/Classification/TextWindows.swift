/// A text that is longer than an encoder reads, in parts that it can read.
enum TextWindows {
    /// Cuts tokens into stretches of about the same length, as few as there can be, so that no short rest counts as much as the others.
    ///
    /// - Parameters:
    ///   - before: goes before every part; `after` likewise behind it.
    ///   - window: the most tokens of a part with those around it.
    /// - Throws: `EmbeddingError` where the frame leaves no room, or there is nothing to read.
    static func cut(
        _ tokens: [Int32], before: [Int32], after: [Int32], window: Int
    ) throws(EmbeddingError) -> [[Int32]] {
        let around = before.count + after.count, room = window - around
        guard room > 0 else { throw .noRoom(prefixTokens: around, window: window) }
        guard tokens.count + around > 0 else { throw .noTokens(number: 1) }
        let count = max(1, (tokens.count + room - 1) / room)
        return (0..<count).map { part in
            before + tokens[part * tokens.count / count..<(part + 1) * tokens.count / count] + after
        }
    }
}
