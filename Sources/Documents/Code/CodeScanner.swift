/// Tells for each byte of a program whether it is code, part of a comment or part of a string.
///
/// Strings and comments that are not closed end the scan with `isBalanced` false.
struct CodeScanner {
    enum Kind: UInt8 {
        case code, comment, string
    }

    /// One for each byte.
    private(set) var kinds: [Kind]
    /// Whether every string and comment that begins ends.
    private(set) var isBalanced = true

    private let bytes: [UInt8]
    private let language: CodeLanguage
    private let lineComment: [UInt8]
    private var position = 0
    /// The last byte of code that is not white space: what a / after it means.
    private var lastCode: UInt8 = 0
    /// In templates of JavaScript: how many braces are open within each `${`.
    private var templates: [Int] = []

    init(_ bytes: [UInt8], language: CodeLanguage) {
        self.bytes = bytes
        self.language = language
        lineComment = language.lineComment
        kinds = Array(repeating: .code, count: bytes.count)
        while position < bytes.count { step() }
        if !templates.isEmpty { isBalanced = false }
    }

    private mutating func step() {
        let byte = bytes[position]
        if bytes[position...].starts(with: lineComment) || isDirective {
            mark(.comment, to: endOfLine(continued: isDirective))
        } else if language.hasBlockComments, isPair("/", "*", at: position) {
            blockComment()
        } else if let delimiter = CodeDelimiter(in: bytes, at: position, language: language, isExpression: expectsExpression) {
            string(delimiter)
        } else {
            if !templates.isEmpty, templateBrace(byte) { return }
            if !byte.isSpace { lastCode = byte }
            position += 1
        }
    }

    private func isPair(_ first: Unicode.Scalar, _ second: Unicode.Scalar, at offset: Int) -> Bool {
        offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: first) && bytes[offset + 1] == UInt8(ascii: second)
    }

    /// Whether a # here begins a line for the preprocessor, whose braces need not be balanced.
    private var isDirective: Bool {
        guard language.hasPreprocessor, bytes[position] == UInt8(ascii: "#") else { return false }
        let line = (bytes[..<position].lastIndex(of: 0x0A) ?? -1) + 1
        return bytes[line..<position].allSatisfy(\.isSpace)
    }

    /// Whether a value may stand here rather than an operator: then a / begins a regular expression.
    private var expectsExpression: Bool {
        !(lastCode.isWordByte || lastCode == UInt8(ascii: ")") || lastCode == UInt8(ascii: "]") || lastCode == UInt8(ascii: "}"))
    }

    /// The end of the line here. One that ends with a backslash goes on, where that counts.
    private func endOfLine(continued: Bool) -> Int {
        var end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
        while continued, end < bytes.count, let last = bytes[position..<end].last(where: { $0 != 0x0D }), last == UInt8(ascii: "\\") {
            end = bytes[(end + 1)...].firstIndex(of: 0x0A) ?? bytes.count
        }
        return end
    }

    private mutating func blockComment() {
        var depth = 1, end = position + 2
        while end < bytes.count, depth > 0 {
            if isPair("*", "/", at: end) {
                depth -= 1
                end += 2
            } else if language.nestsComments, isPair("/", "*", at: end) {
                depth += 1
                end += 2
            } else {
                end += 1
            }
        }
        if depth > 0 { isBalanced = false }
        mark(.comment, to: end)
    }

    private mutating func string(_ delimiter: CodeDelimiter) {
        var end = position + delimiter.opening
        while true {
            guard end < bytes.count, delimiter.spansLines || bytes[end] != 0x0A else {
                isBalanced = false
                return mark(.string, to: min(end, bytes.count))
            }
            if delimiter.closes(bytes, at: end) {
                mark(.string, to: min(bytes.count, end + delimiter.closing.count))
                lastCode = UInt8(ascii: ")")
                return
            }
            if delimiter.isTemplate, isPair("$", "{", at: end) {
                mark(.string, to: end + 2)
                templates.append(0)
                lastCode = UInt8(ascii: "(")
                return
            }
            end += delimiter.step(bytes, at: end)
        }
    }

    /// Braces within `${…}`; the one that closes it leads back into the template.
    private mutating func templateBrace(_ byte: UInt8) -> Bool {
        guard let open = templates.last else { return false }
        if byte == UInt8(ascii: "{") { templates[templates.count - 1] = open + 1 }
        guard byte == UInt8(ascii: "}") else { return false }
        guard open == 0 else {
            templates[templates.count - 1] = open - 1
            return false
        }
        templates.removeLast()
        string(.templateRest)
        return true
    }

    private mutating func mark(_ kind: Kind, to end: Int) {
        for offset in position..<end { kinds[offset] = kind }
        position = end
    }
}
