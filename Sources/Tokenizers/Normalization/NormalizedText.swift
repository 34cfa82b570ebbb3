/// A text as normalisation leaves it, and where each of its bytes comes from.
///
/// Normalisers are chained: each reads one of these and writes the next. Tokens are found in `bytes`; `sourceEnd(at:)` says
/// where they end in the text that was given. Bytes that are copied keep their places one by one; bytes that are written
/// for others all end where those end, so that places never fall. What is left out belongs to whatever comes after it.
struct NormalizedText: Sendable, Equatable {
    private(set) var bytes: [UInt8]
    /// Where the text begins in the source.
    let sourceStart: Int
    /// For each byte, where the part of the source that it stands for ends.
    private var sourceEnds: [Int]

    /// A stretch of a text before any normalisation.
    init(_ source: [UInt8], _ range: Range<Int>) {
        bytes = Array(source[range])
        sourceStart = range.lowerBound
        sourceEnds = range.map { $0 + 1 }
    }

    /// Nothing yet of what `other` is to become, with room for a text as long.
    init(rewriting other: NormalizedText) {
        bytes = []
        sourceStart = other.sourceStart
        sourceEnds = []
        bytes.reserveCapacity(other.count + 4)
        sourceEnds.reserveCapacity(other.count + 4)
    }

    var count: Int { bytes.count }

    /// The place in the source that corresponds to the place before byte `index`, which may be the end.
    func sourceEnd(at index: Int) -> Int {
        index == 0 ? sourceStart : sourceEnds[index - 1]
    }

    /// Adds a byte that stands for what lies before `sourceEnd`.
    @inline(__always)
    mutating func append(_ byte: UInt8, sourceEnd: Int) {
        bytes.append(byte)
        sourceEnds.append(sourceEnd)
    }

    /// Adds bytes that all stand for what lies before `sourceEnd`.
    mutating func append(_ replacement: some Sequence<UInt8>, sourceEnd: Int) {
        for byte in replacement { append(byte, sourceEnd: sourceEnd) }
    }

    /// Adds a character that stands for what lies before `sourceEnd`.
    mutating func append(_ scalar: Unicode.Scalar, sourceEnd: Int) {
        append(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter, sourceEnd: sourceEnd)
    }

    /// Adds a part of another text of the same source as it is.
    mutating func append(_ range: Range<Int>, of other: NormalizedText) {
        bytes.append(contentsOf: other.bytes[range])
        sourceEnds.append(contentsOf: other.sourceEnds[range])
    }

    /// Takes away all bytes from `count` on.
    mutating func truncate(to count: Int) {
        guard count < bytes.count else { return }
        bytes.removeSubrange(count...)
        sourceEnds.removeSubrange(count...)
    }
}
