/// A part of a text that is found and shown as one.
package struct TextPassage: Hashable, Sendable {
    /// In the text's bytes.
    package let range: Range<Int>
    /// What it belongs to, outermost first: headings, or the declarations of code around it.
    package let titles: [String]
    /// Stretches within `range` that are encoded each by itself; one at least, and together they cover all that is not white space.
    package let blocks: [Range<Int>]

    package init(range: Range<Int>, titles: [String], blocks: [Range<Int>]) {
        self.range = range
        self.titles = titles
        self.blocks = blocks
    }
}

/// How texts are split.
package struct SplitSettings: Hashable, Sendable {
    /// The most tokens of a block.
    package var limit: Int
    /// How the blocks of long code overlap.
    package var window: BlockWindow

    package init(limit: Int, window: BlockWindow = .tokens) {
        self.limit = max(1, limit)
        self.window = window
    }
}

/// Counts the tokens of a stretch of text.
package typealias TokenCount = (ArraySlice<UInt8>) -> Int

extension ExtractedText {
    /// The text in passages: at headings, paragraphs, sentences and words, the coarsest borders that will do; code by what it declares.
    package func passages(_ settings: SplitSettings, tokens: @escaping TokenCount) -> [TextPassage] {
        if case .code(let language) = format {
            return CodePassages(bytes, language: language, settings: settings, tokens: tokens).passages
        }
        let splitter = TextSplitter(bytes, limit: settings.limit, tokens: tokens)
        return sections.flatMap { section in
            splitter.split(section.range).map { TextPassage(range: $0, titles: section.titles, blocks: [$0]) }
        }
    }

    /// The text between headings, each with those that it stands under. A heading stands in its own section.
    private var sections: [(range: Range<Int>, titles: [String])] {
        var sections: [(range: Range<Int>, titles: [String])] = [], open: [(level: Int, title: String)] = [], start = 0
        for heading in headings {
            // With the marks before it.
            let line = (bytes[..<heading.range.lowerBound].lastIndex(of: 0x0A) ?? -1) + 1
            let begin = max(start, line)
            if begin > start { sections.append((start..<begin, open.map(\.title))) }
            start = begin
            open.removeAll { $0.level >= heading.level }
            open.append((heading.level, String(decoding: bytes[heading.range], as: UTF8.self)))
        }
        sections.append((start..<bytes.count, open.map(\.title)))
        return sections
    }
}
