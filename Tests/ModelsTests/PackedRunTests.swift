import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Sequences packed into one pass")
struct PackedRunTests {
    private static func decoder(_ name: String, threads: Int = 2) throws -> Models.Decoder {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try TinyCheckpoint(named: name).write(to: folder.path, as: .f32, shards: 1)
            return try Models.Decoder(
                source: HuggingFaceSource(HuggingFaceFolder(path: folder.path)), tokenizer: TinyTokenizer.make(),
                compute: Compute(pool: WorkerPool(threads: threads), kernels: .best))
        }
    }

    private static func tokens(_ count: Int, seed: Int) -> [Int32] { (0..<count).map { Int32(($0 * 37 + seed * 13) % 120 + 3) } }

    private static func cache(_ decoder: Models.Decoder) throws -> KeyValueCache {
        decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), length: 64, arena: PageArena())
    }

    /// Logits of the wanted rows of each sequence, all of which bring what the steps say: by step and sequence a number of tokens.
    private static func logits(
        _ decoder: Models.Decoder, _ sequences: [[Int32]], steps: [[Int]], isPacked: Bool
    ) throws -> [[[Float]]] {
        let caches = try sequences.map { _ in try cache(decoder) }
        var logits = sequences.map { _ in [[Float]]() }
        for step in steps {
            let runs = sequences.indices.map { index in
                let first = caches[index].tokenCount
                return SequenceRun(
                    tokens: Array(sequences[index][first..<first + step[index]]), cache: caches[index], policy: FullAttention(),
                    wanted: index.isMultiple(of: 2) ? .all : .last)
            }
            let states = try isPacked ? decoder.states(of: runs) : runs.map { try decoder.states(of: [$0])[0] }
            for (index, state) in states.enumerated() {
                guard let state else { continue }
                let rows = try decoder.logits(state)
                logits[index] += (0..<rows.rows).map { rows.withRow($0, Array.init) }
            }
        }
        return logits
    }

    /// Prompts of many lengths, one of them without a token in the first step, then all of them token by token.
    private static let steps = [[1, 7, 40, 0, 13, 2, 1, 30]] + Array(repeating: Array(repeating: 1, count: 8), count: 4)

    private static let sequences = (0..<8).map { tokens(64, seed: $0) }

    @Test("Each sequence comes to what it comes to alone, in every family", arguments: TinyCheckpoint.names)
    func families(name: String) throws {
        let decoder = try Self.decoder(name)
        let packed = try Self.logits(decoder, Self.sequences, steps: Self.steps, isPacked: true)
        let alone = try Self.logits(decoder, Self.sequences, steps: Self.steps, isPacked: false)
        // Products with four-bit weights round the activations differently for one row and for many.
        let tolerance = try DecoderGoldenTests.tolerance(TinyCheckpoint(named: name))
        for (packed, alone) in zip(packed, alone) { #expect(DecoderGoldenTests.error(packed, alone) < tolerance) }
    }

    @Test("No sequence sees another: what one brings changes no bit of the others", arguments: ["llama", "mpt"])
    func isolation(name: String) throws {
        let decoder = try Self.decoder(name)
        var others = Self.sequences
        others[2] = Self.tokens(64, seed: 99)
        let before = try Self.logits(decoder, Self.sequences, steps: Self.steps, isPacked: true)
        let after = try Self.logits(decoder, others, steps: Self.steps, isPacked: true)
        for index in others.indices { #expect((before[index] == after[index]) == (index != 2)) }
    }

    @Test("Threads share sequences out without changing a bit")
    func threads() throws {
        let one = try Self.logits(Self.decoder("llama", threads: 1), Self.sequences, steps: Self.steps, isPacked: true)
        let three = try Self.logits(Self.decoder("llama", threads: 3), Self.sequences, steps: Self.steps, isPacked: true)
        #expect(one == three)
    }

    @Test("Where one sequence fails, no cache has got a token")
    func failure() throws {
        let decoder = try Self.decoder("gpt2"), caches = try (0..<2).map { _ in try Self.cache(decoder) }
        let beyond = Self.tokens(2000, seed: 1)
        #expect(throws: ModelError.self) {
            try decoder.states(
                of: zip([Self.tokens(5, seed: 2), beyond], caches).map {
                    SequenceRun(tokens: $0, cache: $1, policy: FullAttention(), wanted: .last)
                })
        }
        #expect(caches.allSatisfy { $0.tokenCount == 0 && $0.filled(layer: 0) == 0 })
    }
}
