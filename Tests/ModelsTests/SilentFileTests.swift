import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

/// GGUF files leave settings out that are the same in all published models of a family, or that they do not know of.
@Suite("What GGUF files do not say")
struct SilentFileTests {
    /// A source without the settings whose keys end in certain ways.
    private struct Silenced: ModelSource {
        let source: any ModelSource
        let metadata: GGUFMetadata

        init(_ source: any ModelSource, about endings: [String]) {
            self.source = source
            let entries = source.metadata.entries.filter { entry in !endings.contains { entry.key.hasSuffix($0) } }
            metadata = GGUFMetadata(entries, path: source.path)
        }

        var path: String { source.path }
        var tensors: [SourceTensor] { source.tensors }
        func tensor(_ name: String) -> SourceTensor? { source.tensor(name) }
        func matrix(_ name: String) throws -> Matrix { try source.matrix(name) }
        func experts(_ name: String) throws -> [Matrix] { try source.experts(name) }
    }

    private static let unsaid = [
        ".hidden_activation", ".vocab_size", ".attention.sliding_window_pattern", ".attention.rope_pattern", ".expert_weights_norm",
        ".rope.scaling.yarn_truncate", ".rope.scaling.yarn_attn_factor", "phi3.rope.scaling.type",
    ]

    @Test(
        "Families know what their files leave out",
        arguments: [
            "cohere2", "falcon", "gemma2", "gemma3_text", "gpt2", "gpt_neox", "gpt_oss", "llama", "mpt", "olmo2", "phi3-longrope-long",
            "phi3-longrope-short", "qwen2-yarn", "qwen3_moe", "smollm3", "stablelm",
        ])
    func leftOut(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        let source = Silenced(try HuggingFaceSource(HuggingFaceFolder(path: folder.path)), about: Self.unsaid)
        let decoder = try Models.Decoder(
            source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 2)))
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let cache = decoder.makeCache(spec, length: checkpoint.tokens.count, arena: PageArena())
        let states = try #require(try decoder.states(tokens: checkpoint.tokens, cache: cache, policy: FullAttention(), wanted: .all))
        let difference = zip(try decoder.logits(states).array, checkpoint.logits.joined()).map { abs($0 - $1) }.max()
        #expect(try #require(difference) < 4e-4)
    }
}
