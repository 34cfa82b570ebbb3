/// Sets runs of certain characters apart from what lies between them: `[…]+`, perhaps with a space before (` ?[…]+`).
struct CharacterRuns: WordScanner {
    /// What may stand before a run and then belongs to it.
    enum Lead: Sendable {
        case nothing
        /// U+0020.
        case space
        /// \s
        case whiteSpace
    }

    private let characters: CharacterSet
    private let most: Int
    private let lead: Lead

    init(_ characters: CharacterSet, atMost most: Int = .max, after lead: Lead = .nothing) {
        self.characters = characters
        self.most = most
        self.lead = lead
    }

    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        var index = start
        /// The character before `index`, if a run that begins there takes it along.
        var leadStart: Int?
        while let unit = text.unit(at: index) {
            let kind = text.kind(of: unit)
            let next = index + unit.length
            if characters.contains(unit.scalar, kind) {
                let first = leadStart ?? index
                return first > start ? first : runEnd(in: text, from: next)
            }
            leadStart = mayLead(unit.scalar, kind) ? index : nil
            index = next
        }
        return index
    }

    /// Where the run ends whose first character ends at `start`.
    private func runEnd(in text: ClassifiedText, from start: Int) -> Int {
        var index = start
        var count = 1
        while count < most, let unit = text.unit(at: index), characters.contains(unit.scalar, text.kind(of: unit)) {
            index += unit.length
            count += 1
        }
        return index
    }

    @inline(__always)
    private func mayLead(_ scalar: UInt32, _ kind: CharacterClass) -> Bool {
        switch lead {
        case .nothing: false
        case .space: scalar == 0x20
        case .whiteSpace: kind.contains(.space)
        }
    }
}

/// Characters that have one of some classes or lie in one of some ranges, or all but those.
struct CharacterSet: Sendable {
    private let classes: CharacterClass
    /// In order.
    private let ranges: [ClosedRange<UInt32>]
    /// By ASCII character: whether it lies in one of the ranges.
    private let ascii: (low: UInt64, high: UInt64)
    private let isInverted: Bool

    /// - Parameter characters: single characters and ranges of them, written as in a regular expression (`a-z`).
    init(_ classes: CharacterClass = [], characters: String = "", isInverted: Bool = false) {
        self.classes = classes
        self.isInverted = isInverted
        let scalars = characters.unicodeScalars.map(\.value)
        var ranges: [ClosedRange<UInt32>] = []
        var index = 0
        while index < scalars.count {
            let isRange = index + 2 < scalars.count && scalars[index + 1] == 0x2d && scalars[index + 2] >= scalars[index]
            let last = isRange ? scalars[index + 2] : scalars[index]
            ranges.append(scalars[index]...last)
            index += isRange ? 3 : 1
        }
        self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
        func bits(_ scalars: Range<UInt32>) -> UInt64 {
            scalars.reduce(0) { bits, scalar in bits << 1 | (ranges.contains { $0.contains(127 - scalar) } ? 1 : 0) }
        }
        ascii = (bits(64..<128), bits(0..<64))
    }

    @inline(__always)
    func contains(_ scalar: UInt32, _ kind: CharacterClass) -> Bool {
        (!kind.isDisjoint(with: classes) || isInRange(scalar)) != isInverted
    }

    @inline(__always)
    private func isInRange(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return ascii.low >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return ascii.high >> UInt64(scalar - 64) & 1 == 1 }
        return isInHigherRange(scalar)
    }

    private func isInHigherRange(_ scalar: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}
