/// Cuts a text where something is found in it.
struct SplitCutter: TextCutter {
    /// What becomes of the parts that are found.
    enum Behavior: String, CaseIterable {
        case removed = "Removed"
        case isolated = "Isolated"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
        /// Neighbours that were found are one part.
        case contiguous = "Contiguous"
    }

    let finder: any PartFinder
    let behavior: Behavior
    /// Whether what lies between matches counts as found.
    var isInverted = false

    func forEachPart(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        // Matches may be empty; they part what lies around them.
        forEachCut(in: text) { if !$0.isEmpty { body($0) } }
    }

    private func forEachCut(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        switch behavior {
        case .isolated: forEachFound(in: text) { part, _ in body(part) }
        case .removed: forEachFound(in: text) { part, isFound in if !isFound { body(part) } }
        case .contiguous, .mergedWithPrevious: forEachMergedWithPrevious(in: text, body)
        case .mergedWithNext: forEachMergedWithNext(in: text, body)
        }
    }

    private func forEachFound(in text: ClassifiedText, _ body: (Range<Int>, _ isFound: Bool) -> Void) {
        finder.forEachPart(in: text.bytes, text.start..<text.end) { part, isMatch in body(part, isMatch != isInverted) }
    }

    /// Joins a part that was found with the one before it, if that was not found; for neighbours, with its like.
    private func forEachMergedWithPrevious(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var held: Range<Int>?
        var wasFound = false
        forEachFound(in: text) { part, isFound in
            let isJoined = behavior == .contiguous ? isFound == wasFound : isFound && !wasFound
            if isJoined, let before = held {
                held = before.lowerBound..<part.upperBound
            } else {
                if let held { body(held) }
                held = part
            }
            wasFound = isFound
        }
        if let held { body(held) }
    }

    /// Joins the last of neighbouring parts that were found with what comes after.
    private func forEachMergedWithNext(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var found: Range<Int>?
        forEachFound(in: text) { part, isFound in
            if isFound {
                if let found { body(found) }
                found = part
            } else {
                body((found?.lowerBound ?? part.lowerBound)..<part.upperBound)
                found = nil
            }
        }
        if let found { body(found) }
    }
}

/// Cuts text between characters of different scripts. Kana count as Chinese, and a space goes with what stands before it; at the
/// start it is left out.
struct ScriptCutter: TextCutter {
    private static let scripts: [(table: ScalarTable, script: Int)] = UnicodeScript.names.indices.compactMap { number in
        let names = UnicodeScript.names[number].split(separator: " ")
        guard let name = names.first else { return nil }
        let isChinese = ["han", "hiragana", "katakana"].contains(name)
        return UnicodeScript.characters(named: String(name)).map { (ScalarTable($0), isChinese ? -1 : number) }
    }

    func forEachPart(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var current: (script: Int, start: Int)?
        var index = text.start
        while index < text.end {
            let unit = UTF8Unit(text.bytes, at: index, limit: text.end)
            if let script = Self.script(of: unit.scalar), script != current?.script {
                if let current { body(current.start..<index) }
                current = (script, index)
            }
            index += unit.length
        }
        if let current { body(current.start..<text.end) }
    }

    private static func script(of scalar: UInt32) -> Int? {
        switch scalar {
        case 0x20: nil
        // The mark for long vowels is common to two scripts of Japanese.
        case 0x30fc: -1
        default: scripts.first { $0.table.contains(scalar) }?.script
        }
    }
}

/// Cuts text after every so many characters.
struct LengthCutter: TextCutter {
    let length: Int

    func forEachPart(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var start = text.start
        while start < text.end {
            var end = start
            for _ in 0..<length where end < text.end { end += UTF8Unit(text.bytes, at: end, limit: text.end).length }
            body(start..<end)
            start = end
        }
    }
}
