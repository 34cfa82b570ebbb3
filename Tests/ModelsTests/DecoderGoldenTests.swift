import ApusTesting
import Attention
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing
import Tokenizers

@Suite("Decoders, held to transformers")
struct DecoderGoldenTests {
    /// How far logits may lie from the golden ones, in units of the golden logits' spread. Two kinds of GELU differ by twice as much;
    /// products with four-bit weights round the activations, too.
    static func tolerance(_ checkpoint: TinyCheckpoint) -> Float {
        checkpoint.tensors.contains { $0.type != nil } ? 0.02 : 3e-5
    }

    /// The checkpoint's weights and settings from a Hugging Face folder, with a tokenizer that plays no part.
    /// - Parameter inFileLayout: whether rows lie as GGUF files have them.
    private static func decoder(
        _ checkpoint: TinyCheckpoint, as type: StorageType = .f32, shards: Int = 1, inFileLayout: Bool = false, kernels: Kernels = .best
    ) throws -> Models.Decoder {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try checkpoint.write(to: folder.path, as: type, shards: shards)
            let source = try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
            return try Models.Decoder(
                source: inFileLayout ? source.inFileLayout() : source, tokenizer: TinyTokenizer.make(),
                compute: Compute(pool: WorkerPool(threads: 2), kernels: kernels))
        }
    }

    @Test("A folder is opened with its tokenizer, and refused with the list of known model types if its own is not among them")
    func opening() throws {
        var checkpoint = try TinyCheckpoint(named: "llama")
        let folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path, tokenizer: true)
        let decoder = try Models.Decoder(OpenedModel(path: folder.path), compute: Compute(pool: WorkerPool(threads: 1)))
        #expect(decoder.configuration.architecture == "llama" && decoder.tokenizer.vocabularyCount == 128)
        checkpoint.config = checkpoint.config.replacingOccurrences(of: "\"llama\"", with: "\"mamba\"")
        let other = try TemporaryFolder()
        try checkpoint.write(to: other.path)
        #expect { try OpenedModel(path: other.path) } throws: { "\($0)".contains("mamba") && "\($0)".contains("qwen3_moe") }
    }

    /// Logits after each token, read in chunks of the given lengths, which are repeated.
    /// - Parameter length: what the text is announced to have, of which `tokens` may be the beginning.
    static func logits(_ decoder: Models.Decoder, _ tokens: [Int32], length: Int, chunks: [Int]) throws -> [[Float]] {
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let cache = decoder.makeCache(spec, length: length, arena: PageArena())
        var rows: [[Float]] = [], rest = tokens[...], index = 0
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(chunks[index % chunks.count]))
            let states = try #require(try decoder.states(tokens: chunk, cache: cache, policy: FullAttention(), wanted: .all))
            let logits = try decoder.logits(states)
            rows += (0..<logits.rows).map { logits.withRow($0, Array.init) }
            rest = rest.dropFirst(chunk.count)
            index += 1
        }
        return rows
    }

    /// The largest difference, in units of the spread.
    static func error(_ logits: [[Float]], _ golden: [[Float]]) -> Float {
        let all = golden.flatMap(\.self)
        guard logits.map(\.count) == golden.map(\.count), let lowest = all.min(), let highest = all.max() else { return .infinity }
        return (zip(logits.flatMap(\.self), all).map { abs($0 - $1) }.max() ?? 0) / (highest - lowest)
    }

    @Test(
        "From a Hugging Face folder they find the logits of transformers, however the text is cut", arguments: TinyCheckpoint.names)
    func goldens(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), decoder = try Self.decoder(checkpoint)
        for (count, chunks) in [(64, [64]), (64, [7, 1, 13]), (20, [1])] {
            let logits = try Self.logits(decoder, Array(checkpoint.tokens.prefix(count)), length: 64, chunks: chunks)
            #expect(Self.error(logits, Array(checkpoint.logits.prefix(count))) < Self.tolerance(checkpoint), "\(chunks)")
        }
    }

    @Test("In the layout of GGUF files they are the same models", arguments: ["granite", "mixtral", "smollm3", "phi3", "cohere"])
    func fileLayout(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name)
        let logits = try Self.logits(Self.decoder(checkpoint, inFileLayout: true), checkpoint.tokens, length: 64, chunks: [64])
        #expect(Self.error(logits, checkpoint.logits) < Self.tolerance(checkpoint))
    }

    @Test("Settings as present versions of transformers write them mean the same", arguments: TinyCheckpoint.rewrittenNames)
    func rewritten(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name, rewritten: true)
        // Tiles would round activations too, and a router that wavers between two experts would make much of it.
        let decoder = try Self.decoder(checkpoint, as: .bf16, shards: 3, kernels: .portable)
        let logits = try Self.logits(decoder, checkpoint.tokens, length: 64, chunks: [64])
        #expect(Self.error(logits, checkpoint.logits) < Self.tolerance(checkpoint))
    }
}
