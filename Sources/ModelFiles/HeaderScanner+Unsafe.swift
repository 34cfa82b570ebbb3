/// Reads the little JSON that safetensors headers are made of: objects, arrays of whole numbers, strings.
///
/// Nothing is built that the caller does not ask for, so the shape of the header bounds depth and memory by itself.
struct HeaderScanner {
    private let bytes: UnsafeRawBufferPointer
    private let path: String
    /// Where in the file the header begins.
    private let base: Int
    private var position = 0
    /// What errors are about from now on.
    var subject = ModelFileError.Subject.header

    /// - Parameter base: where in the file `bytes` begin. They must outlive the scanner.
    init(_ bytes: UnsafeRawBufferPointer, at base: Int, path: String) {
        self.bytes = bytes
        self.base = base
        self.path = path
    }

    func failure(_ problem: ModelFileError.Problem) -> ModelFileError {
        ModelFileError(problem, path: path, subject: subject, offset: base + position)
    }

    private func unexpected(_ expected: String) -> ModelFileError {
        let found = position < bytes.count ? "byte \(bytes[position])" : "the end"
        return failure(.invalid(field: "the header", reason: "has \(found) where \(expected) should be"))
    }

    /// Reads an object and calls `body` with each key; `body` must read the value.
    mutating func readObject(
        _ body: (inout HeaderScanner, String) throws(ModelFileError) -> Void
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
        try readList(from: "[", to: "]") { (scanner) throws(ModelFileError) in numbers.append(try scanner.readNumber()) }
        return numbers
    }

    /// Checks that nothing but white space is left.
    mutating func finish() throws(ModelFileError) {
        skipSpace()
        if position < bytes.count { throw unexpected("nothing more") }
    }

    private mutating func readList(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ element: (inout HeaderScanner) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try expect(opening)
        if accept(closing) { return }
        repeat { try element(&self) } while accept(",")
        try expect(closing)
    }

    private mutating func readNumber() throws(ModelFileError) -> Int {
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
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ModelFileError) {
        guard accept(character) else { throw unexpected("\"\(character)\"") }
    }
}

// MARK: - Strings

extension HeaderScanner {
    mutating func readString() throws(ModelFileError) -> String {
        try expect("\"")
        var contents: [UInt8] = []
        while true {
            guard position < bytes.count, bytes[position] >= 0x20 else { throw unexpected("the rest of a string") }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                contents.append(contentsOf: Array(String(try readEscape()).utf8))
            } else {
                contents.append(byte)
                position += 1
            }
        }
        guard let string = String(validating: contents, as: UTF8.self) else { throw unexpected("the end of a string of valid UTF-8") }
        position += 1
        return string
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
