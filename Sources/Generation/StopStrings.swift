import Diagnostics

/// Ends a text at the first of several strings, while it streams.
///
/// A piece may end in the midst of a stop string, so what might become one is withheld until it does or does not. The end is at the stop
/// string that is complete first; of those complete with the same byte, at the one that began first. That depends on the text alone, not
/// on its division into pieces, and never waits for text that may not come. Each stop string runs the automaton of Knuth, Morris and
/// Pratt (1977): one byte costs constant time on average per string.
package struct StopStrings: Sendable {
    /// What to do with the text so far.
    package struct Release: Hashable, Sendable {
        /// Bytes that no stop string can claim any more. Whole characters, if the pieces are.
        package let bytes: [UInt8]
        /// The stop string that ended the text, if one did; whatever follows it is dropped.
        package let stop: String?

        package var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private var patterns: [Pattern]
    private var withheld: [UInt8] = []
    private var stop: String?

    /// - Parameter strings: what ends the text, compared byte by byte. Throws if one is empty, since it would end every text at once.
    package init(_ strings: [String]) throws(EmptyStopString) {
        if let position = strings.firstIndex(of: "") { throw EmptyStopString(position: position) }
        patterns = strings.map(Pattern.init)
    }

    /// Whether a stop string has come.
    package var isStopped: Bool { stop != nil }

    /// Takes the next piece of the text. After a stop it releases nothing more.
    package mutating func append(_ piece: some Sequence<UInt8>) -> Release {
        guard stop == nil else { return Release(bytes: [], stop: stop) }
        for byte in piece {
            withheld.append(byte)
            if let pattern = patternCompleted(by: byte) {
                let bytes = Array(withheld.dropLast(pattern.bytes.count))
                withheld = []
                stop = pattern.string
                return Release(bytes: bytes, stop: stop)
            }
        }
        let claimed = patterns.map(\.matched).max() ?? 0
        let bytes = Array(withheld.dropLast(claimed))
        withheld.removeFirst(bytes.count)
        return Release(bytes: bytes, stop: nil)
    }

    /// Takes the next piece of the text.
    package mutating func append(_ piece: String) -> Release {
        append(piece.utf8)
    }

    /// Ends the text: what was withheld is no stop string after all.
    package mutating func finish() -> Release {
        defer { withheld = [] }
        return Release(bytes: withheld, stop: stop)
    }

    /// Moves every pattern on by a byte; the longest of those that it completes.
    private mutating func patternCompleted(by byte: UInt8) -> Pattern? {
        var longest: Pattern?
        for index in patterns.indices where patterns[index].advance(by: byte) {
            if patterns[index].bytes.count > longest?.bytes.count ?? 0 { longest = patterns[index] }
        }
        return longest
    }
}

/// A stop string was given that has no characters.
package struct EmptyStopString: Failure, Equatable {
    /// Its place among the stop strings, from 0.
    package let position: Int

    package var kind: FailureKind { .usage }

    package var description: String {
        "stop string \(position + 1) is empty and would end every text at once; leave it out"
    }
}

/// One stop string and how much of it the latest bytes have matched.
private struct Pattern: Sendable {
    let string: String
    let bytes: [UInt8]
    /// Of the bytes that came last, how many are the beginning of the string: the most that can be.
    private(set) var matched = 0
    /// For each number of matched bytes, the longest shorter beginning that those bytes end with.
    private let fallback: [Int]

    /// - Parameter string: not empty.
    init(_ string: String) {
        self.string = string
        bytes = Array(string.utf8)
        fallback = Self.fallbacks(of: bytes)
    }

    /// Whether the byte completes the string.
    mutating func advance(by byte: UInt8) -> Bool {
        matched = Self.next(after: matched, byte, bytes, fallback)
        return matched == bytes.count
    }

    private static func fallbacks(of bytes: [UInt8]) -> [Int] {
        var fallback = [0, 0]
        for byte in bytes.dropFirst() {
            fallback.append(next(after: fallback[fallback.count - 1], byte, bytes, fallback))
        }
        return fallback
    }

    private static func next(after matched: Int, _ byte: UInt8, _ bytes: [UInt8], _ fallback: [Int]) -> Int {
        var matched = matched
        while matched > 0 && bytes[matched] != byte { matched = fallback[matched] }
        return bytes[matched] == byte ? matched + 1 : 0
    }
}
