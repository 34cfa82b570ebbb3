/// The text that a browser would show of an HTML page, without what lays it out; blocks are paragraphs.
///
/// A reader for text, not a parser of the standard: whatever the tags are, it goes once over the bytes and takes what stands between them.
struct HTMLText {
    private(set) var bytes: [UInt8] = []
    private(set) var runs: [ExtractedText.Run] = []
    private(set) var headings: [ExtractedText.Heading] = []

    private let source: [UInt8]
    /// Where the page begins in its file.
    private let sourceOffset: Int
    private var position = 0
    /// What is to stand before the next text.
    private var pending = Break.none
    private var preformatted = 0
    private var heading: (start: Int, level: Int)?

    private enum Break: Int, Comparable {
        case none, space, line, paragraph

        var text: [UInt8] {
            switch self {
            case .none: []
            case .space: [0x20]
            case .line: [0x0A]
            case .paragraph: [0x0A, 0x0A]
            }
        }

        static func < (one: Break, other: Break) -> Bool { one.rawValue < other.rawValue }
    }

    init(_ source: [UInt8], sourceOffset: Int) {
        self.source = source
        self.sourceOffset = sourceOffset
        while position < source.count { step() }
        endHeading()
    }

    private mutating func step() {
        switch source[position] {
        case UInt8(ascii: "<") where HTMLTag.begins(in: source, at: position): readTag()
        case UInt8(ascii: "&"): readReference()
        case let byte where byte.isSpace && preformatted == 0:
            pending = max(pending, .space)
            position += 1
        default:
            var end = position + 1
            while end < source.count, !isSpecial(source[end]) { end += 1 }
            add(source[position..<end], from: position..<end)
            position = end
        }
    }

    private func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || (byte.isSpace && preformatted == 0)
    }

    private mutating func readReference() {
        guard let reference = HTMLReference(in: source, at: position) else {
            add(source[position...position], from: position..<position + 1)
            position += 1
            return
        }
        let end = position + reference.length
        if reference.character == "\u{A0}" && preformatted == 0 {
            pending = max(pending, .space)
        } else {
            add(ArraySlice(Array(String(reference.character).utf8)), from: position..<end)
        }
        position = end
    }

    private mutating func readTag() {
        let tag = HTMLTag(in: source, at: position)
        position = tag.end
        if tag.opens, HTMLTag.hidden.contains(tag.name) {
            position = HTMLTag.end(ofContentOf: tag.name, in: source, from: position)
            return
        }
        if tag.name == "pre" || tag.name == "textarea" { preformatted = max(0, preformatted + (tag.opens ? 1 : -1)) }
        if let level = HTMLTag.headingLevel(tag.name) {
            endHeading()
            ask(.paragraph)
            if tag.opens { heading = (bytes.count, level) }
        } else if HTMLTag.blocks.contains(tag.name) {
            ask(.paragraph)
        } else if HTMLTag.lines.contains(tag.name) {
            ask(.line)
        } else if HTMLTag.cells.contains(tag.name) {
            ask(.space)
        }
    }

    private mutating func ask(_ wanted: Break) { pending = max(pending, wanted) }

    private mutating func endHeading() {
        guard let (start, level) = heading else { return }
        heading = nil
        let text = bytes[start...].trimmed
        if !text.isEmpty { headings.append(.init(range: text.indices, level: level)) }
    }

    /// Adds text, behind the break that it needs. Text that was copied from where the last text ended belongs to the same run.
    private mutating func add(_ text: ArraySlice<UInt8>, from range: Range<Int>) {
        if !bytes.isEmpty { bytes += pending.text }
        pending = .none
        let start = bytes.count, place = range.lowerBound + sourceOffset..<range.upperBound + sourceOffset
        bytes += text
        if let last = runs.last, last.text.upperBound == start, last.source.upperBound == place.lowerBound,
            last.text.count == last.source.count, text.count == range.count
        {
            runs[runs.count - 1] = .init(
                text: last.text.lowerBound..<bytes.count, source: last.source.lowerBound..<place.upperBound)
        } else {
            runs.append(.init(text: start..<bytes.count, source: place))
        }
    }
}
