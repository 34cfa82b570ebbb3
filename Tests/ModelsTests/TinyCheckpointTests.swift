import ApusTesting
import Diagnostics
import Foundation
import Tensors
import Testing

@Suite("The tiny checkpoints")
struct TinyCheckpointTests {
    @Test("Weights computed here are those that transformers was given", arguments: TinyCheckpoint.names)
    func sameWeights(name: String) throws {
        let checkpoint = try TinyCheckpoint(named: name)
        var hash = Fingerprint()
        for tensor in checkpoint.tensors {
            tensor.values.withUnsafeBytes { hash.add($0) }
        }
        #expect(hash == checkpoint.valuesHash)
        #expect(checkpoint.logits.count == checkpoint.tokens.count)
    }

    @Test("Weights are the same numbers in half precision and in bfloat16", arguments: TinyCheckpoint.names)
    func exactTypes(name: String) throws {
        for tensor in try TinyCheckpoint(named: name).tensors where tensor.type == nil {
            let values = tensor.values
            for type in [StorageType.f16, .bf16] {
                #expect(try type.decode(#require(type.encode(values))) == values, "\(tensor.name) as \(type)")
            }
        }
    }

    @Test("A checkpoint is written as one file, or as shards with their index")
    func files() throws {
        let checkpoint = try TinyCheckpoint(named: "llama"), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path, as: .bf16)
        #expect(try folder.names == ["config.json", "model.safetensors"])
        let shards = try TemporaryFolder()
        try checkpoint.write(to: shards.path, as: .f16, shards: 3, tokenizer: true)
        #expect(
            try shards.names == [
                "config.json", "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors",
                "model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json",
            ])
    }
}
