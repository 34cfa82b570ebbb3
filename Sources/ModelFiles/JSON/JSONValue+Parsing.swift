import Tensors

/// The limits of what is read as JSON.
package enum JSONLimits {
    /// Values in values deeper than this are refused: the deepest published files have a dozen levels.
    package static let deepestNesting = 256
    /// Ten times the longest published `tokenizer.json`; a document may take ten times its bytes in memory.
    package static let longestDocument = 512 << 20
}

extension JSONValue {
    /// Reads a document. An object that holds a key twice is refused: what it means is undefined.
    /// - Parameter path: the file, as errors call it.
    /// - Throws: `ModelFileError` with the byte where it went wrong.
    package init(parsing bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        guard bytes.count <= JSONLimits.longestDocument else {
            let reason = "has \(bytes.count) bytes, more than the \(JSONLimits.longestDocument) that any settings need"
            throw ModelFileError(.invalid(field: "the JSON", reason: reason), path: path)
        }
        var scanner = JSONScanner(bytes, path: path, field: "the JSON", subject: .file)
        _ = scanner.accept(word: "\u{FEFF}")
        self = try JSONValue(from: &scanner, depth: 1)
        try scanner.finish()
    }

    package init(parsing bytes: [UInt8], path: String) throws(ModelFileError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(ModelFileError) in
            try JSONValue(parsing: UnsafeRawBufferPointer(buffer), path: path)
        }
    }

    /// Reads the document that a file holds.
    package init(path: String) throws(ModelFileError) {
        let memory = try MappedFile.open(path)
        self = try withExtendedLifetime(memory) { () throws(ModelFileError) in
            try JSONValue(parsing: UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount), path: path)
        }
    }

    /// Reads the value that comes next. Recursion ends at `JSONLimits.deepestNesting`, long before the stack does.
    private init(from scanner: inout JSONScanner, depth: Int) throws(ModelFileError) {
        switch try scanner.peek() {
        case "{":
            try JSONValue.checkDepth(depth, scanner)
            self = .object(try JSONValue.readObject(from: &scanner, depth: depth))
        case "[":
            try JSONValue.checkDepth(depth, scanner)
            self = .array(try JSONValue.readArray(from: &scanner, depth: depth))
        case "\"": self = .string(try scanner.readString())
        case "t" where scanner.accept(word: "true"): self = true
        case "f" where scanner.accept(word: "false"): self = false
        case "n" where scanner.accept(word: "null"): self = nil
        case "N" where scanner.accept(word: "NaN"): self = .number(.nan)
        case "I" where scanner.accept(word: "Infinity"): self = .number(.infinity)
        case "-" where scanner.accept(word: "-Infinity"): self = .number(-.infinity)
        default: self = try scanner.readNumber()
        }
    }

    private static func checkDepth(_ depth: Int, _ scanner: JSONScanner) throws(ModelFileError) {
        let limit = JSONLimits.deepestNesting
        guard depth <= limit else { throw scanner.failure(.nestedTooDeeply(limit: limit)) }
    }

    private static func readObject(from scanner: inout JSONScanner, depth: Int) throws(ModelFileError) -> JSONObject {
        var object = JSONObject()
        try scanner.readObject { (scanner, key) throws(ModelFileError) in
            let value = try JSONValue(from: &scanner, depth: depth + 1)
            guard object.add(key, value) else { throw scanner.invalid("has the key \"\(key)\" twice in one object") }
        }
        return object
    }

    private static func readArray(from scanner: inout JSONScanner, depth: Int) throws(ModelFileError) -> [JSONValue] {
        var array: [JSONValue] = []
        try scanner.readList(from: "[", to: "]") { (scanner) throws(ModelFileError) in
            array.append(try JSONValue(from: &scanner, depth: depth + 1))
        }
        return array
    }
}
