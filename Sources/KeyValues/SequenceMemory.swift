/// What a method remembers about a sequence besides its keys and values: representatives of pages, their bounds, what was chosen.
///
/// A value: it belongs to one cache, forks get their own, and it is saved with a reading.
package protocol SequenceMemory: Sendable {
    /// What it takes, in bytes.
    var byteCount: Int { get }
    /// All that must be saved, so that the method that made it can go on from there.
    var record: MemoryRecord { get }
    /// The positions of the tokens in the first slots, where the method has moved them there.
    var movedTokens: [Int32] { get }

    /// Forgets what concerns the tokens from a number on.
    /// - Returns: false where that can't be undone: the cache then forgets the whole of it.
    mutating func truncate(to tokens: Int) -> Bool
}

extension SequenceMemory {
    package var movedTokens: [Int32] { [] }
}

/// A method's memory as named arrays, as it is saved.
package struct MemoryRecord: Hashable, Sendable {
    /// The name of the method with its options, which alone understands the arrays.
    package var method: String
    /// Tokens that it covers.
    package var tokens: Int
    package var floats: [String: [Float]]
    package var integers: [String: [Int32]]

    package init(method: String, tokens: Int, floats: [String: [Float]] = [:], integers: [String: [Int32]] = [:]) {
        self.method = method
        self.tokens = tokens
        self.floats = floats
        self.integers = integers
    }
}
