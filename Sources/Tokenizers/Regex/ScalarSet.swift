/// A set of characters, as ranges of their numbers that rise and do not touch.
///
/// Bytes that form no character count as one more character beyond the last, so that "anything but a letter" holds them too.
package struct ScalarSet: Hashable, Sendable {
    /// Stands for any byte that is part of no character.
    static let illFormed: UInt32 = 0x110000

    package private(set) var ranges: [ClosedRange<UInt32>]

    init() {
        ranges = []
    }

    init(_ scalar: UInt32) {
        ranges = [scalar...scalar]
    }

    /// The union of ranges in any order.
    package init(_ ranges: some Sequence<ClosedRange<UInt32>>) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    static let everything = ScalarSet([0...illFormed])

    var isEmpty: Bool { ranges.isEmpty }

    func union(_ other: ScalarSet) -> ScalarSet {
        ScalarSet(ranges + other.ranges)
    }

    func inverted() -> ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.illFormed { gaps.append(next...Self.illFormed) }
        return ScalarSet(gaps)
    }

    package func intersection(_ other: ScalarSet) -> ScalarSet {
        inverted().union(other.inverted()).inverted()
    }

    package func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}

/// A set of characters laid out for quick questions: a bit for each character, in pages of 256; equal pages are kept once.
struct ScalarTable: Sendable {
    private static let pageCount = Int(ScalarSet.illFormed >> 8) + 1

    /// By page: where its four words of bits begin.
    private var starts: [UInt16] = []
    private var words: [UInt64] = []

    init(_ set: ScalarSet) {
        let none: [UInt64] = [0, 0, 0, 0]
        let all: [UInt64] = [.max, .max, .max, .max]
        words = none + all
        starts = Array(repeating: 0, count: Self.pageCount)
        var known: [[UInt64]: UInt16] = [none: 0, all: 4]
        for (page, bits) in Self.pages(set.ranges, full: { starts[$0] = 4 }) {
            let start = known[bits] ?? UInt16(words.count)
            if known.updateValue(start, forKey: bits) == nil { words += bits }
            starts[page] = start
        }
    }

    /// The pages that hold members and others; `full` is called with those that hold only members.
    private static func pages(_ ranges: [ClosedRange<UInt32>], full: (Int) -> Void) -> [Int: [UInt64]] {
        var pages: [Int: [UInt64]] = [:]
        for range in ranges {
            for page in Int(range.lowerBound >> 8)...Int(range.upperBound >> 8) {
                let part = range.clamped(to: UInt32(page) << 8...UInt32(page) << 8 | 0xff)
                if part.count == 256 {
                    full(page)
                } else {
                    for scalar in part { pages[page, default: [0, 0, 0, 0]][Int(scalar & 0xff) >> 6] |= 1 << UInt64(scalar & 63) }
                }
            }
        }
        return pages
    }

    /// Whether the character is a member; `UTF8Unit.illFormed` asks for bytes that form none.
    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        let scalar = min(scalar, ScalarSet.illFormed)
        let word = words[Int(starts[Int(scalar >> 8)]) + Int(scalar & 0xff) >> 6]
        return word >> UInt64(scalar & 63) & 1 != 0
    }
}
