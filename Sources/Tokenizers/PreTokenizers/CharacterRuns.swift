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
        if let end = runEnd(in: text, from: start) { return end }
        var index = start
        while let unit = text.unit(at: index) {
            index += unit.length
            if startsRun(in: text, at: index) { break }
        }
        return index
    }

    /// Where the run that begins at `start` ends; nil where none begins.
    private func runEnd(in text: ClassifiedText, from start: Int) -> Int? {
        guard let first = runStart(in: text, from: start) else { return nil }
        var index = first
        var count = 0
        while count < most, let unit = text.unit(at: index), characters.contains(unit, text) {
            index += unit.length
            count += 1
        }
        return index
    }

    private func startsRun(in text: ClassifiedText, at index: Int) -> Bool {
        runStart(in: text, from: index) != nil
    }

    /// Where the characters of a run begin: at `start`, or after what may stand before them.
    private func runStart(in text: ClassifiedText, from start: Int) -> Int? {
        guard let unit = text.unit(at: start) else { return nil }
        let mayLead =
            switch lead {
            case .nothing: false
            case .space: unit.scalar == 0x20
            case .whiteSpace: text.kind(of: unit).contains(.space)
            }
        if mayLead, let following = text.unit(at: start + unit.length), characters.contains(following, text) {
            return start + unit.length
        }
        return characters.contains(unit, text) ? start : nil
    }
}

/// Characters that have one of some classes or lie in one of some ranges, or all but those.
struct CharacterSet: Sendable {
    private let classes: CharacterClass
    /// In order.
    private let ranges: [ClosedRange<UInt32>]
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
    }

    @inline(__always)
    func contains(_ unit: UTF8Unit, _ text: ClassifiedText) -> Bool {
        (!text.kind(of: unit).isDisjoint(with: classes) || isInRange(unit.scalar)) != isInverted
    }

    private func isInRange(_ scalar: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}
