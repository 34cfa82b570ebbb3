/// Divides a template into words, as Jinja does with `trim_blocks` and `lstrip_blocks` set: a line break behind a tag is dropped, and so is
/// white space between the beginning of a line and a tag. `-` in a tag drops all white space on its side, `+` none.
struct TemplateLexer {
    let source: [UInt8]
    var position = 0
    var line = 1
    var tokens: [TemplateToken] = []
    /// What the tag before the text asked for.
    private var afterTag = AfterTag.start

    private enum AfterTag {
        /// The template begins.
        case start
        /// A tag or a comment: a line break is dropped.
        case dropsBreak
        /// A tag that ended in `-`.
        case dropsSpace
        case keepsAll
    }

    private init(_ source: String) {
        // A last line break belongs to the file, not to the template.
        var text = source.replacingLineBreaks[...]
        if text.last == 0x0A { text.removeLast() }
        self.source = Array(text)
    }

    /// The words of a template, the last being `.end`.
    static func tokens(of source: String) throws(ChatTemplateError) -> [TemplateToken] {
        guard source.utf8.count <= TemplateLimits.sourceBytes else {
            throw ChatTemplateError(.limit("its length is", most: TemplateLimits.sourceBytes), line: 0)
        }
        var lexer = TemplateLexer(source)
        while lexer.position < lexer.source.count { try lexer.readTextAndTag() }
        lexer.add(.end)
        return lexer.tokens
    }

    mutating func add(_ kind: TemplateToken.Kind) { tokens.append(TemplateToken(kind: kind, line: line)) }

    func failure(_ reason: String) -> ChatTemplateError { ChatTemplateError(.syntax(reason), line: line) }

    /// Goes on to `end`, counting lines.
    mutating func advance(to end: Int) {
        line += source[position..<end].count { $0 == 0x0A }
        position = end
    }

    func stands(_ text: StaticString, at offset: Int) -> Bool {
        guard offset + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[offset + $0] == text.utf8Start[$0] }
    }

    // MARK: Text and the tags in it

    private mutating func readTextAndTag() throws(ChatTemplateError) {
        let tag = nextTag(from: position)
        addText(position..<tag, before: tag < source.count ? source[tag + 1] : nil, sign: tag + 2 < source.count ? source[tag + 2] : nil)
        advance(to: tag)
        guard tag < source.count else { return }
        if source[tag + 1] == UInt8(ascii: "#") { return try skipComment() }
        if source[tag + 1] == UInt8(ascii: "%"), let raw = word("raw", inTagAt: tag) { return try readRaw(raw) }
        let isBlock = source[tag + 1] == UInt8(ascii: "%")
        add(isBlock ? .blockBegin : .outputBegin)
        advance(to: tag + (tag + 2 < source.count && isSign(source[tag + 2]) ? 3 : 2))
        let mark = try readCode(isBlock: isBlock)
        finishTag(mark, dropsBreak: isBlock)
    }

    private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }

    private mutating func finishTag(_ mark: UInt8?, dropsBreak: Bool) {
        afterTag =
            switch mark {
            case UInt8(ascii: "-"): .dropsSpace
            case UInt8(ascii: "+"): .keepsAll
            default: dropsBreak ? .dropsBreak : .keepsAll
            }
    }

    /// Where the next `{%`, `{{` or `{#` stands.
    private func nextTag(from start: Int) -> Int {
        var index = start
        while index + 1 < source.count {
            if source[index] == UInt8(ascii: "{"), [UInt8(ascii: "%"), UInt8(ascii: "{"), UInt8(ascii: "#")].contains(source[index + 1]) {
                return index
            }
            index += 1
        }
        return source.count
    }

    /// - Parameters:
    ///   - tag: the second character of the tag that follows.
    ///   - sign: what stands behind that.
    private mutating func addText(_ range: Range<Int>, before tag: UInt8?, sign: UInt8?) {
        var text = TracedText(source[range], origin: 0), startsLine = afterTag == .start
        switch afterTag {
        case .dropsBreak where text.bytes.first == 0x0A:
            text = text[1..<text.bytes.count]
            startsLine = true
        case .dropsSpace: text = text.trimmed(sides: [.start])
        default: break
        }
        if tag != nil, sign == UInt8(ascii: "-") {
            text = text.trimmed(sides: [.end])
        } else if tag != nil, tag != UInt8(ascii: "{"), sign != UInt8(ascii: "+") {
            let lineStart = text.bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            let isIndent = text[lineStart..<text.bytes.count].trimmed().isEmpty
            if isIndent, lineStart > 0 || startsLine { text = text[0..<lineStart] }
        }
        if !text.isEmpty { add(.text(text.string)) }
    }

    private mutating func skipComment() throws(ChatTemplateError) {
        var index = position + 2
        while index + 1 < source.count {
            if source[index] == UInt8(ascii: "#"), source[index + 1] == UInt8(ascii: "}") {
                let mark = index > position + 2 && isSign(source[index - 1]) ? source[index - 1] : nil
                advance(to: index + 2)
                return finishTag(mark, dropsBreak: true)
            }
            index += 1
        }
        throw failure("a comment has no end")
    }

    /// If the tag at `start` says only `word`: where it ends, and the sign before its end.
    private func word(_ word: StaticString, inTagAt start: Int) -> (end: Int, sign: UInt8?)? {
        var index = start + 2
        if index < source.count, isSign(source[index]) { index += 1 }
        while index < source.count, isSpace(source[index]) { index += 1 }
        guard stands(word, at: index) else { return nil }
        index += word.utf8CodeUnitCount
        while index < source.count, isSpace(source[index]) { index += 1 }
        let sign = index < source.count && isSign(source[index]) ? source[index] : nil
        if sign != nil { index += 1 }
        return stands("%}", at: index) ? (index + 2, sign) : nil
    }

    /// Reads what stands between `{% raw %}` and `{% endraw %}`.
    private mutating func readRaw(_ tag: (end: Int, sign: UInt8?)) throws(ChatTemplateError) {
        advance(to: tag.end)
        finishTag(tag.sign, dropsBreak: false)
        var index = position
        while index < source.count {
            if stands("{%", at: index), let end = word("endraw", inTagAt: index) {
                addText(position..<index, before: UInt8(ascii: "%"), sign: source[index + 2])
                advance(to: end.end)
                return finishTag(end.sign, dropsBreak: true)
            }
            index += 1
        }
        throw failure("\"raw\" has no \"endraw\"")
    }

    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte) }
}

extension String {
    /// The bytes with every line break written as `\n`.
    fileprivate var replacingLineBreaks: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var follows = false
        for byte in utf8 {
            if byte == 0x0D { bytes.append(0x0A) } else if byte != 0x0A || !follows { bytes.append(byte) }
            follows = byte == 0x0D
        }
        return bytes
    }
}
