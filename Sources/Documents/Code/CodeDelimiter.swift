/// What begins and ends a literal whose inside is not code.
struct CodeDelimiter {
    /// Bytes of what begins it.
    let opening: Int
    let closing: [UInt8]
    var spansLines = false
    /// What takes the meaning from the byte behind it; empty where nothing does.
    var escape: [UInt8] = [UInt8(ascii: "\\")]
    /// Whether code may stand in it between ${ and }.
    var isTemplate = false

    /// The rest of a template behind code in it.
    static let templateRest = CodeDelimiter(opening: 1, closing: [UInt8(ascii: "`")], spansLines: true, isTemplate: true)

    private init(opening: Int, closing: [UInt8], spansLines: Bool = false, isTemplate: Bool = false) {
        self.opening = opening
        self.closing = closing
        self.spansLines = spansLines
        self.isTemplate = isTemplate
    }

    /// - Parameter isExpression: whether a value may stand here.
    init?(in bytes: [UInt8], at position: Int, language: CodeLanguage, isExpression: Bool) {
        let byte = bytes[position], double = UInt8(ascii: "\""), single = UInt8(ascii: "'"), back = UInt8(ascii: "`")
        switch byte {
        case double: self.init(quote: byte, in: bytes, at: position, triple: language.hasTripleQuotes)
        case single where language == .python: self.init(quote: byte, in: bytes, at: position, triple: true)
        case single where language.hasSingleQuotes && !Self.separatesDigits(bytes, at: position, language: language):
            self.init(opening: 1, closing: [single])
        case back where language.hasTemplateStrings: self.init(opening: 1, closing: [back], spansLines: true, isTemplate: true)
        case back where language == .go:
            self.init(opening: 1, closing: [back], spansLines: true)
            escape = []
        case UInt8(ascii: "#") where language == .swift: self.init(rawSwift: bytes, at: position)
        case UInt8(ascii: "R") where language == .cpp: self.init(rawCPP: bytes, at: position)
        case UInt8(ascii: "/") where language.hasTemplateStrings && isExpression && Self.closesOnLine(bytes, from: position + 1):
            self.init(opening: 1, closing: [byte])
        default: return nil
        }
    }

    private init(quote: UInt8, in bytes: [UInt8], at position: Int, triple: Bool) {
        let three = [quote, quote, quote], isTriple = triple && bytes[position...].starts(with: three)
        self.init(opening: isTriple ? 3 : 1, closing: isTriple ? three : [quote], spansLines: isTriple)
    }

    /// `#"…"#` with any number of marks.
    private init?(rawSwift bytes: [UInt8], at position: Int) {
        let marks = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count, quote = UInt8(ascii: "\"")
        guard position + marks < bytes.count, bytes[position + marks] == quote else { return nil }
        let isTriple = bytes[(position + marks)...].starts(with: [quote, quote, quote])
        let hashes = Array(repeating: UInt8(ascii: "#"), count: marks)
        self.init(
            opening: marks + (isTriple ? 3 : 1), closing: Array(repeating: quote, count: isTriple ? 3 : 1) + hashes, spansLines: isTriple)
        escape = [UInt8(ascii: "\\")] + hashes
    }

    /// `R"mark(…)mark"`.
    private init?(rawCPP bytes: [UInt8], at position: Int) {
        let start = position + 2
        guard start < bytes.count, bytes[position + 1] == UInt8(ascii: "\""), position == 0 || !bytes[position - 1].isWordByte,
            let open = bytes[start..<min(bytes.count, start + 17)].firstIndex(of: UInt8(ascii: "("))
        else { return nil }
        let mark = Array(bytes[start..<open])
        self.init(opening: open + 1 - position, closing: [UInt8(ascii: ")")] + mark + [UInt8(ascii: "\"")], spansLines: true)
        escape = []
    }

    /// In C++ a quote may stand between digits.
    private static func separatesDigits(_ bytes: [UInt8], at position: Int, language: CodeLanguage) -> Bool {
        language == .cpp && position > 0 && bytes[position - 1].isWordByte && position + 1 < bytes.count && bytes[position + 1].isWordByte
            && bytes[..<position].reversed().prefix { $0.isWordByte || $0 == UInt8(ascii: "'") }.last.map { (0x30...0x39).contains($0) }
                ?? false
    }

    /// Whether a regular expression that begins here ends before the line does.
    private static func closesOnLine(_ bytes: [UInt8], from start: Int) -> Bool {
        var position = start
        while position < bytes.count, bytes[position] != 0x0A {
            if bytes[position] == UInt8(ascii: "/") { return position > start }
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return false
    }

    func closes(_ bytes: [UInt8], at position: Int) -> Bool {
        bytes[position] == closing[0] && bytes[position...].starts(with: closing)
    }

    /// How far to go on from a byte that does not close: over what an escape protects, too.
    func step(_ bytes: [UInt8], at position: Int) -> Int {
        guard bytes[position] == escape.first, bytes[position...].starts(with: escape) else { return 1 }
        return escape.count + 1
    }
}

extension CodeLanguage {
    fileprivate var hasTripleQuotes: Bool { self == .swift || self == .python || self == .java }

    /// Whether 'x' is a literal; Python's strings are seen to elsewhere.
    fileprivate var hasSingleQuotes: Bool { self != .swift && self != .python }
}
