/// A text's tokens and where each of them ends.
package struct TokenizedText: Sendable, Equatable {
    package private(set) var ids: [Int32] = []
    /// Byte offset in the text after each token; never falls. Token i begins at `ends[i - 1]` (the first at 0), and a token
    /// that stands for nothing in the text, such as the beginning-of-text token, takes no bytes.
    package private(set) var ends: [Int] = []

    package init() {}

    package mutating func append(_ identifier: Int32, end: Int) {
        ids.append(identifier)
        ends.append(end)
    }

    /// Lets the last token reach to `end`.
    mutating func extendLast(to end: Int) {
        guard !ends.isEmpty else { return }
        ends[ends.count - 1] = end
    }

    /// Takes away all tokens from `count` on.
    mutating func truncate(to count: Int) {
        ids.removeSubrange(count...)
        ends.removeSubrange(count...)
    }

    /// The bytes of the text that token `index` stands for.
    package func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    mutating func reserveCapacity(_ count: Int) {
        ids.reserveCapacity(count)
        ends.reserveCapacity(count)
    }
}
