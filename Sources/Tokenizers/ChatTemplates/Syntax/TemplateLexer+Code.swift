extension TemplateLexer {
    /// Longer ones first.
    private static let symbols: [(text: StaticString, name: String)] = [
        ("==", "=="), ("!=", "!="), (">=", ">="), ("<=", "<="), ("//", "//"), ("**", "**"), ("+", "+"), ("-", "-"), ("/", "/"), ("*", "*"),
        ("%", "%"), ("~", "~"), ("[", "["), ("]", "]"), ("(", "("), (")", ")"), ("{", "{"), ("}", "}"), (">", ">"), ("<", "<"), ("=", "="),
        (".", "."), (":", ":"), ("|", "|"), (",", ","),
    ]

    /// Reads the words of a tag and its end.
    /// - Returns: the sign before the end, `-` or `+`, if there is one.
    mutating func readCode(isBlock: Bool) throws(ChatTemplateError) -> UInt8? {
        var open: [String] = []
        while true {
            var end = position
            while end < source.count, isSpace(source[end]) { end += 1 }
            advance(to: end)
            guard position < source.count else { throw failure("a tag has no end") }
            if open.isEmpty, let sign = readEnd(isBlock: isBlock) { return sign.value }
            try readWord(&open)
        }
    }

    private mutating func readEnd(isBlock: Bool) -> (value: UInt8?, Void)? {
        let isSigned = source[position] == UInt8(ascii: "-") || (isBlock && source[position] == UInt8(ascii: "+"))
        let sign = isSigned ? source[position] : nil, start = position + (isSigned ? 1 : 0)
        guard stands(isBlock ? "%}" : "}}", at: start) else { return nil }
        add(isBlock ? .blockEnd : .outputEnd)
        advance(to: start + 2)
        return (sign, ())
    }

    private mutating func readWord(_ open: inout [String]) throws(ChatTemplateError) {
        let byte = source[position]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "'"), UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...:
            var end = position
            while end < source.count, isNamePart(source[end]) { end += 1 }
            add(.name(String(decoding: source[position..<end], as: UTF8.self)))
            advance(to: end)
        default: try readSymbol(&open)
        }
    }

    private func isNamePart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || isDigit(byte)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func readSymbol(_ open: inout [String]) throws(ChatTemplateError) {
        guard let symbol = Self.symbols.first(where: { stands($0.text, at: position) }) else {
            throw failure("the character \"\(String(decoding: [source[position]], as: UTF8.self))\" means nothing in a tag")
        }
        switch symbol.name {
        case "(": open.append(")")
        case "[": open.append("]")
        case "{": open.append("}")
        case ")", "]", "}":
            guard open.popLast() == symbol.name else { throw failure("\"\(symbol.name)\" closes nothing") }
        default: break
        }
        add(.symbol(symbol.name))
        advance(to: position + symbol.text.utf8CodeUnitCount)
    }

    private mutating func readNumber() throws(ChatTemplateError) {
        var end = position
        func skipDigits() {
            while end < source.count, isDigit(source[end]) || source[end] == UInt8(ascii: "_") { end += 1 }
        }
        skipDigits()
        var isReal = false
        if end + 1 < source.count, source[end] == UInt8(ascii: "."), isDigit(source[end + 1]) {
            isReal = true
            end += 1
            skipDigits()
        }
        if end < source.count, source[end] | 0x20 == UInt8(ascii: "e") {
            let sign = end + 1 < source.count && [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(source[end + 1]) ? 1 : 0
            if end + 1 + sign < source.count, isDigit(source[end + 1 + sign]) {
                isReal = true
                end += 1 + sign
                skipDigits()
            }
        }
        let digits = String(decoding: source[position..<end].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if isReal, let value = Double(digits) {
            add(.number(value))
        } else if let value = Int(digits) {
            add(.integer(value))
        } else {
            throw failure("the number \(digits) is too large")
        }
        advance(to: end)
    }

    private mutating func readString() throws(ChatTemplateError) {
        let quote = source[position]
        var end = position + 1, text: [UInt8] = []
        while end < source.count, source[end] != quote {
            if source[end] == UInt8(ascii: "\\"), end + 1 < source.count {
                end = try readEscape(at: end + 1, into: &text)
            } else {
                text.append(source[end])
                end += 1
            }
        }
        guard end < source.count else { throw failure("a string has no end") }
        add(.string(String(decoding: text, as: UTF8.self)))
        advance(to: end + 1)
    }

    /// Reads what stands behind a backslash; one that means nothing stays with its backslash.
    /// - Returns: where it ends.
    private func readEscape(at start: Int, into text: inout [UInt8]) throws(ChatTemplateError) -> Int {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08,
            UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22,
        ]
        let widths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        let byte = source[start]
        if let value = simple[byte] {
            text.append(value)
            return start + 1
        }
        if byte == 0x0A { return start + 1 }
        if let width = widths[byte] {
            let digits = String(decoding: source[(start + 1)..<min(start + 1 + width, source.count)], as: UTF8.self)
            guard digits.utf8.count == width, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                throw failure("the escape \\\(digits) in a string is no character")
            }
            text += Array(String(scalar).utf8)
            return start + 1 + width
        }
        if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) {
            let digits = source[start...].prefix(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
            let value = digits.reduce(UInt32(0)) { $0 * 8 + UInt32($1 - UInt8(ascii: "0")) }
            text += Array((Unicode.Scalar(value).map(String.init) ?? "").utf8)
            return start + digits.count
        }
        text += [UInt8(ascii: "\\"), byte]
        return start + 1
    }
}
