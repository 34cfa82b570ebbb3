/// Finds the parts of a text that match something.
protocol PartFinder: Sendable {
    /// Calls `body` with every match and with all that lies between matches, in order.
    func forEachPart(in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, _ isMatch: Bool) -> Void)

    /// No match has fewer bytes than this.
    var shortestMatch: Int { get }
}

extension PartFinder {
    var shortestMatch: Int { 1 }
}

struct RegexFinder: PartFinder {
    let program: RegexProgram

    var shortestMatch: Int { program.first.canBeEmpty ? 0 : 1 }

    func forEachPart(in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var matcher = RegexMatcher(program, bytes, range)
        matcher.forEachPart(body)
    }
}

/// Finds a string.
struct LiteralFinder: PartFinder {
    let text: [UInt8]

    var shortestMatch: Int { text.count }

    init(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    init(bytes: [UInt8]) {
        text = bytes
    }

    func forEachPart(in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var start = range.lowerBound
        var index = start
        while let first = text.first, index + text.count <= range.upperBound {
            guard bytes[index] == first, equalBytes(bytes, index..<index + text.count, text, 0..<text.count) else {
                index += 1
                continue
            }
            if start < index { body(start..<index, false) }
            index += text.count
            body(index - text.count..<index, true)
            start = index
        }
        if start < range.upperBound { body(start..<range.upperBound, false) }
    }
}

/// Finds every single character of a kind.
struct CharacterFinder: PartFinder {
    let table: ScalarTable

    init(_ set: ScalarSet) {
        table = ScalarTable(set)
    }

    func forEachPart(in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            let unit = UTF8Unit(bytes, at: index, limit: range.upperBound)
            if table.contains(unit.scalar) {
                if start < index { body(start..<index, false) }
                start = index + unit.length
                body(index..<start, true)
            }
            index += unit.length
        }
        if start < range.upperBound { body(start..<range.upperBound, false) }
    }
}

/// Finds runs of characters of one kind, the kinds in order of preference.
struct CharacterRunFinder: PartFinder {
    let tables: [ScalarTable]

    init(_ sets: [ScalarSet]) {
        tables = sets.map { ScalarTable($0) }
    }

    /// Runs of characters of words, and runs of what is neither such a character nor white space.
    static let words = CharacterRunFinder([
        CharacterProperties.standardWordCharacters,
        CharacterProperties.standardWordCharacters.union(CharacterProperties.whiteSpace).inverted(),
    ])

    func forEachPart(in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var start = range.lowerBound
        var index = start
        var current: Int?
        while index < range.upperBound {
            let unit = UTF8Unit(bytes, at: index, limit: range.upperBound)
            let kind = tables.firstIndex { $0.contains(unit.scalar) }
            if kind != current {
                if start < index { body(start..<index, current != nil) }
                start = index
                current = kind
            }
            index += unit.length
        }
        if start < range.upperBound { body(start..<range.upperBound, current != nil) }
    }
}
