import Attention
import Diagnostics
import Documents
import KeyValues
import ModelFiles
import Models
import Synchronization

/// Scores that the copying test has found, by model: it is run once in a process.
private let foundScores = Mutex<[Fingerprint: HeadScores]>([:])

extension HeadScores {
    /// The scores of a model's heads from where a method wants them.
    /// - Throws: `HeadGatesError` for a table that is not of this model; errors of reading; `AttentionNotANumber`.
    static func find(_ source: Source, decoder: Models.Decoder) throws -> HeadScores {
        switch source {
        case .copying: try copying(decoder)
        case .file(let path): try HeadScores(gates: path, layers: decoder.configuration.layers, heads: decoder.configuration.keyValueHeads)
        }
    }

    private static func copying(_ decoder: Models.Decoder) throws -> HeadScores {
        if let found = foundScores.withLock({ $0[decoder.fingerprint] }) { return found }
        var scores = Array(
            repeating: Array(repeating: 0.0, count: decoder.configuration.heads), count: decoder.configuration.layers)
        for head in try RetrievalHeads.scores(in: decoder, arena: PageArena()) { scores[head.layer][head.head] = head.score }
        let found = HeadScores(ofQueryHeads: scores, group: decoder.configuration.group)
        foundScores.withLock { $0[decoder.fingerprint] = found }
        return found
    }

    /// Reads a table of gates: safetensors, or text with a line per layer.
    init(gates path: String, layers: Int, heads: Int) throws {
        let table = path.hasSuffix(".safetensors") ? try Self.tensor(path) : try Self.lines(path)
        guard table.count == layers, table.allSatisfy({ $0.count == heads && $0.allSatisfy(\.isFinite) }) else {
            throw HeadGatesError(path: path, layers: layers, heads: heads)
        }
        // Training keeps gates between 0 and 1.
        self.init(table.map { $0.map { min(max($0, 0), 1) } })
    }

    /// Numbers between spaces, tabs or commas; what is none counts as not finite.
    private static func lines(_ path: String) throws -> [[Double]] {
        try PlainText(reading: path).text.split(whereSeparator: \.isNewline).compactMap { line in
            let numbers = line.split { $0.isWhitespace || $0 == "," }.map { Double($0) ?? .nan }
            return numbers.isEmpty ? nil : numbers
        }
    }

    private static func tensor(_ path: String) throws -> [[Double]] {
        let file = try SafetensorsFile(path: path)
        guard let record = file.tensors.first, file.tensors.count == 1, record.element == .float32, record.shape.count == 2 else {
            return []
        }
        let columns = record.shape[1]
        return file.withBytes(of: record) { bytes in
            (0..<record.shape[0]).map { row in
                (0..<columns).map { Double(bytes.loadUnaligned(fromByteOffset: (row * columns + $0) * 4, as: Float.self)) }
            }
        }
    }
}

/// A table of gates that is not of the model.
struct HeadGatesError: Failure {
    let path: String
    let layers: Int
    let heads: Int

    var kind: FailureKind { .usage }

    var description: String {
        "\(path) is no table of gates for this model: it must have \(layers) lines of \(heads) numbers, one for each layer and key/value "
            + "head, or be a safetensors file with one float32 tensor of that shape."
    }
}
