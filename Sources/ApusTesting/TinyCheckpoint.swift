import Diagnostics
import Foundation
import Tensors

/// A tiny model of one architecture in the form of a Hugging Face folder, and the logits that the `transformers` library finds with it.
///
///     let checkpoint = try TinyCheckpoint(named: "llama")
///     let folder = try TemporaryFolder()
///     try checkpoint.write(to: folder.path, as: .bf16, shards: 2)
///
/// Its configuration and logits lie in `Tests/Fixtures/decoders`, made by `Scripts/make-architecture-goldens.py`. The weights are
/// nowhere stored: both sides compute them from the tensors' names. They are the same numbers in F32, F16 and BF16, and so are the
/// logits but for the rounding of the arithmetic.
package struct TinyCheckpoint: Sendable {
    /// A tensor's name, shape `[rows, columns]` or deeper, and the numbers of the formula behind its elements.
    package struct Tensor: Sendable, Decodable {
        package var name: String
        package var shape: [Int]
        /// "U8" for packed bytes; otherwise absent, and the tensor has the type that the checkpoint is written in.
        package var type: String?
        private let offset: Int
        private let span: Int
        private let exponent: Int

        package var count: Int { shape.reduce(1, *) }
    }

    /// What `golden.json` says.
    private struct Description: Decodable {
        let tokens: [Int32]
        /// Numbers in a row of logits, or of states.
        let vocabulary: Int?
        let width: Int?
        let lengths: [Int]?
        let fileNames: [String]?
        let globalTokens: Int?
        let valuesHash: Fingerprint
        let tensors: [Tensor]
    }

    package let name: String
    /// The text of `config.json`; tests may change it.
    package var config: String
    /// Tests may rename, reshape or leave out some.
    package var tensors: [Tensor]
    /// The tokens that the logits were computed for; the first stands at position 0.
    package let tokens: [Int32]
    /// The logits after each token, `[tokens][vocabulary]`, in float32 arithmetic; none of an encoder.
    package let logits: [[Float]]
    /// Of an encoder: how many of the tokens each of its texts has, and the final states of those, `[texts][tokens][width]`.
    package let states: [(length: Int, rows: [[Float]])]
    /// Of an encoder: what the tensors are called in GGUF files by llama.cpp's converter, if it knows the architecture.
    package let fileNames: [String]
    /// Of an encoder: how many tokens, the first ones of each text, are global.
    package let globalTokens: Int
    /// FNV-1a over the float32 bytes of all elements, as the script computed them.
    package let valuesHash: Fingerprint

    /// The architectures and variants of decoders that there are.
    package static let names = names(in: "decoders")
    /// The same of encoders, made by `Scripts/make-encoder-goldens.py`.
    package static let encoderNames = names(in: "encoders")
    /// The same of encoders with a head for classifying texts, made by `Scripts/make-classifier-goldens.py`.
    package static let classifierNames = names(in: "classifiers")

    private static func names(in kind: String) -> [String] {
        let folders = try? FileManager.default.contentsOfDirectory(atPath: ExternalData.fixture(kind))
        return (folders ?? []).filter { FileManager.default.fileExists(atPath: fixture($0, "golden.json", of: kind).path) }.sorted()
    }

    /// Those whose configuration is there in the form that present versions of `transformers` write, too.
    package static let rewrittenNames = names.filter { FileManager.default.fileExists(atPath: fixture($0, "config-rewritten.json").path) }

    /// - Parameter rewritten: whether the configuration is the one that present versions of `transformers` write, with all settings of
    ///   rotary positions in one place, and not the one that checkpoints were published with.
    package init(named name: String, rewritten: Bool = false) throws {
        try self.init(named: name, of: "decoders", config: rewritten ? "config-rewritten.json" : "config.json", rows: "logits.bin")
    }

    /// An encoder.
    package init(encoderNamed name: String) throws {
        try self.init(named: name, of: "encoders", config: "config.json", rows: "states.bin")
    }

    /// An encoder with a head for classifying texts, made by `Scripts/make-classifier-goldens.py`; its states are a row of logits for each
    /// text.
    package init(classifierNamed name: String) throws {
        try self.init(named: name, of: "classifiers", config: "config.json", rows: "logits.bin")
    }

    private init(named name: String, of kind: String, config: String, rows: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let description = try decoder.decode(Description.self, from: Data(contentsOf: Self.fixture(name, "golden.json", of: kind)))
        self.name = name
        self.config = try String(contentsOf: Self.fixture(name, config, of: kind), encoding: .utf8)
        tensors = description.tensors
        tokens = description.tokens
        valuesHash = description.valuesHash
        fileNames = description.fileNames ?? []
        globalTokens = description.globalTokens ?? 0
        let numbers = try Data(contentsOf: Self.fixture(name, rows, of: kind)).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        let columns = description.vocabulary ?? description.width ?? 1
        let table = stride(from: 0, to: numbers.count, by: columns).map { Array(numbers[$0..<$0 + columns]) }
        guard let lengths = description.lengths else {
            (logits, states) = (table, [])
            return
        }
        var rest = table[...]
        logits = []
        states = lengths.map { length in
            defer { rest = rest.dropFirst(length) }
            return (length, Array(rest.prefix(length)))
        }
    }

    private static func fixture(_ name: String, _ file: String, of kind: String = "decoders") -> URL {
        URL(fileURLWithPath: ExternalData.fixture("\(kind)/\(name)/\(file)"))
    }
}

extension TinyCheckpoint.Tensor {
    /// All elements, row-major: `offset + m / 2^exponent` with m in `-span...span` from SplitMix64, seeded with FNV-1a of the name.
    package var values: [Float] {
        var random = SeededGenerator(seed: Fingerprint(of: name.utf8).value)
        let step = Float(sign: .plus, exponent: -exponent, significand: 1), first = Float(offset)
        let choices = UInt64(2 * span + 1)
        return [Float](unsafeUninitializedCapacity: count) { values, filled in
            for index in 0..<count {
                let steps = Int((random.next() >> 33) % choices) - span
                values[index] = first + Float(steps) * step
            }
            filled = count
        }
    }
}
