import KeyValues
import ModelFiles

/// What a method remembered when a reading was saved: `memory-TOKENS.safetensors` beside the shards.
///
/// It is written as a whole and grows with the text, so it is not written with every shard: `isDue` spaces the times so that all that is
/// ever written stays in proportion to the text.
struct SavedMemory {
    let path: String
    /// The identifier of the reading that it belongs to.
    let reading: String

    private enum Key {
        static let reading = "reading"
        static let method = "method"
        static let tokens = "tokens"
        static let floats = "floats."
        static let integers = "integers."
    }

    /// The name of the file for a method's memory of so many tokens.
    static func fileName(tokens: Int) -> String { "memory-\(tokens).safetensors" }

    static func isFileName(_ name: String) -> Bool { name.hasPrefix("memory-") && name.hasSuffix(".safetensors") }

    /// Whether an eighth of all tokens came since the last time.
    static func isDue(at tokens: Int, saved: Int) -> Bool { tokens > saved && tokens - saved >= tokens / 8 }

    func write(_ record: MemoryRecord) throws {
        let floats = record.floats.sorted { $0.key < $1.key }, integers = record.integers.sorted { $0.key < $1.key }
        let tensors =
            floats.map { SafetensorsTensor(name: Key.floats + $0.key, element: .float32, shape: [$0.value.count]) }
            + integers.map { SafetensorsTensor(name: Key.integers + $0.key, element: .int32, shape: [$0.value.count]) }
        var writer = try SafetensorsWriter(
            path: path, tensors: tensors,
            metadata: [Key.reading: reading, Key.method: record.method, Key.tokens: String(record.tokens)])
        for (name, values) in floats where !values.isEmpty {
            try values.withUnsafeBytes { try writer.write($0, of: Key.floats + name) }
        }
        for (name, values) in integers where !values.isEmpty {
            try values.withUnsafeBytes { try writer.write($0, of: Key.integers + name) }
        }
        try writer.finish()
    }

    /// - Throws: `ReadingError.damaged` for a file that is not what was written.
    func read() throws -> MemoryRecord {
        let file = try SafetensorsFile(path: path)
        guard file.metadata[Key.reading] == reading else { throw ReadingError.damaged(file: path, reason: "it belongs to another reading") }
        guard let method = file.metadata[Key.method], let tokens = file.metadata[Key.tokens].flatMap({ Int($0) }), tokens >= 0 else {
            throw ReadingError.damaged(file: path, reason: "it does not say which method made it")
        }
        var record = MemoryRecord(method: method, tokens: tokens)
        for tensor in file.tensors {
            if tensor.name.hasPrefix(Key.floats), tensor.element == .float32 {
                record.floats[String(tensor.name.dropFirst(Key.floats.count))] = file.numbers(in: tensor)
            } else if tensor.name.hasPrefix(Key.integers), tensor.element == .int32 {
                record.integers[String(tensor.name.dropFirst(Key.integers.count))] = file.numbers(in: tensor)
            } else {
                throw ReadingError.damaged(file: path, reason: "the tensor \(tensor.name) does not belong into it")
            }
        }
        return record
    }
}

extension SafetensorsFile {
    /// The numbers of a tensor whose elements have the size of `Number`.
    fileprivate func numbers<Number: BitwiseCopyable>(in tensor: SafetensorsRecord) -> [Number] {
        withBytes(of: tensor) { bytes in
            (0..<bytes.count / MemoryLayout<Number>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
            }
        }
    }
}
