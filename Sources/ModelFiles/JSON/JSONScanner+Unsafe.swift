/// Reads JSON (RFC 8259) from a run of bytes, one construct at a time, and never past its end.
///
/// Nothing is built that the caller does not ask for: readers of fixed forms, such as the headers of safetensors files, are bounded in
/// depth and memory by that form; `JSONValue` builds whatever comes. The bytes must outlive the scanner.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    private let path: String
    /// Where in the file the bytes begin.
    private let base: Int
    /// What the bytes are, in errors: "the header".
    private let field: String
    private var position = 0
    /// What errors are about from now on.
    var subject: ModelFileError.Subject

    init(_ bytes: UnsafeRawBufferPointer, at base: Int = 0, path: String, field: String, subject: ModelFileError.Subject) {
        self.bytes = bytes
        self.base = base
        self.path = path
        self.field = field
        self.subject = subject
    }

    func failure(_ problem: ModelFileError.Problem) -> ModelFileError {
        ModelFileError(problem, path: path, subject: subject, offset: base + position)
    }

    private func unexpected(_ expected: String) -> ModelFileError {
        let found = position < bytes.count ? "byte \(bytes[position])" : "the end"
        return invalid("has \(found) where \(expected) should be")
    }

    func invalid(_ reason: String) -> ModelFileError { failure(.invalid(field: field, reason: reason)) }

    /// The next byte that is not white space, which stays where it is.
    mutating func peek() throws(ModelFileError) -> Unicode.Scalar {
        skipSpace()
        guard position < bytes.count else { throw unexpected("a value") }
        return Unicode.Scalar(bytes[position])
    }

    /// Goes past `word` if it stands here.
    mutating func accept(word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard length <= bytes.count - position, (0..<length).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] }) else {
            return false
        }
        position += length
        return true
    }

    /// Reads an object and calls `body` with each key; `body` must read the value.
    mutating func readObject(
        _ body: (inout JSONScanner, String) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try readList(from: "{", to: "}") { (scanner) throws(ModelFileError) in
            let key = try scanner.readString()
            try scanner.expect(":")
            try body(&scanner, key)
        }
    }

    /// Reads an array of whole numbers, none negative.
    mutating func readNumbers() throws(ModelFileError) -> [Int] {
        var numbers: [Int] = []
        try readList(from: "[", to: "]") { (scanner) throws(ModelFileError) in numbers.append(try scanner.readWholeNumber()) }
        return numbers
    }

    /// Checks that nothing but white space is left.
    mutating func finish() throws(ModelFileError) {
        skipSpace()
        if position < bytes.count { throw unexpected("nothing more") }
    }

    /// Reads what stands between two brackets, with commas between its elements, each of which `element` must read.
    mutating func readList(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ element: (inout JSONScanner) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try expect(opening)
        if accept(closing) { return }
        repeat { try element(&self) } while accept(",")
        try expect(closing)
    }

    private mutating func readWholeNumber() throws(ModelFileError) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            let (tens, overflowTens) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowSum) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
            guard !overflowTens, !overflowSum else { throw unexpected("a number below 2^63") }
            value = sum
            position += 1
        }
        guard position > start else { throw unexpected("a whole number") }
        return value
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        return accept(character: character)
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ModelFileError) {
        guard accept(character) else { throw unexpected("\"\(character)\"") }
    }
}

// MARK: - Numbers

extension JSONScanner {
    /// Reads a number as the grammar has it: a whole one that fits as an integer, every other one rounded to the nearest `Double`.
    mutating func readNumber() throws(ModelFileError) -> JSONValue {
        let start = position
        let isNegative = accept(character: "-")
        let firstDigit = position
        let digits = try skipDigits(expecting: isNegative ? "a digit" : "a value")
        guard digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            position = firstDigit + 1
            throw unexpected("no further digit after a leading zero")
        }
        var isWhole = true
        if accept(character: ".") {
            isWhole = false
            _ = try skipDigits(expecting: "a digit")
        }
        if accept(character: "e") || accept(character: "E") {
            isWhole = false
            if !accept(character: "-") { _ = accept(character: "+") }
            _ = try skipDigits(expecting: "a digit")
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text) else { throw unexpected("the end of a number") }
        return .number(number)
    }

    private mutating func skipDigits(expecting expected: String) throws(ModelFileError) -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        guard position > start else { throw unexpected(expected) }
        return position - start
    }

    /// Goes past `character` if it stands right here.
    private mutating func accept(character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}

// MARK: - Strings

extension JSONScanner {
    mutating func readString() throws(ModelFileError) -> String {
        try expect("\"")
        let start = position
        skipPlain()
        // Most strings have no escapes and are taken as they lie.
        let string = position < bytes.count && bytes[position] == UInt8(ascii: "\"") ? text(from: start) : try readEscaped(from: start)
        guard position < bytes.count, bytes[position] >= 0x20 else { throw unexpected("the rest of a string") }
        guard let string else { throw unexpected("the end of a string of valid UTF-8") }
        position += 1
        return string
    }

    /// Reads up to the closing quote: the bytes from `start` on and everything after, with escapes replaced. Nil if it is not valid UTF-8.
    private mutating func readEscaped(from start: Int) throws(ModelFileError) -> String? {
        var contents = Array(bytes[start..<position])
        while position < bytes.count, bytes[position] == UInt8(ascii: "\\") {
            contents.append(contentsOf: String(try readEscape()).utf8)
            let plain = position
            skipPlain()
            contents.append(contentsOf: bytes[plain..<position])
        }
        return String(validating: contents, as: UTF8.self)
    }

    /// Goes on to the next quote, backslash or control character, or the end.
    private mutating func skipPlain() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20: return
            default: position += 1
            }
        }
    }

    /// The bytes from `start` to here, or nil if they are not valid UTF-8.
    private func text(from start: Int) -> String? {
        String(validating: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    /// Reads from the backslash on.
    private mutating func readEscape() throws(ModelFileError) -> Unicode.Scalar {
        position += 1
        guard position < bytes.count else { throw unexpected("an escaped character") }
        let kind = Unicode.Scalar(bytes[position])
        switch kind {
        case "\"", "\\", "/": break
        case "b": return advance(to: "\u{8}")
        case "f": return advance(to: "\u{C}")
        case "n": return advance(to: "\n")
        case "r": return advance(to: "\r")
        case "t": return advance(to: "\t")
        case "u": return try readEscapedScalar()
        default: throw unexpected("an escaped character")
        }
        return advance(to: kind)
    }

    private mutating func advance(to scalar: Unicode.Scalar) -> Unicode.Scalar {
        position += 1
        return scalar
    }

    /// Reads from the "u" on: one UTF-16 unit, or two that belong together.
    private mutating func readEscapedScalar() throws(ModelFileError) -> Unicode.Scalar {
        var units = [try readUTF16Unit()]
        if UTF16.isLeadSurrogate(units[0]), position < bytes.count, bytes[position] == UInt8(ascii: "\\") {
            position += 1
            units.append(try readUTF16Unit())
        }
        guard let string = String(validating: units, as: UTF16.self), let scalar = string.unicodeScalars.first,
            string.unicodeScalars.count == 1
        else { throw unexpected("the other half of an escaped character") }
        return scalar
    }

    private mutating func readUTF16Unit() throws(ModelFileError) -> UInt16 {
        guard position + 5 <= bytes.count, bytes[position] == UInt8(ascii: "u") else { throw unexpected("an escaped character") }
        var unit: UInt16 = 0
        for place in (position + 1)..<(position + 5) {
            guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { throw unexpected("four hexadecimal digits") }
            unit = unit << 4 | UInt16(digit)
        }
        position += 5
        return unit
    }
}
