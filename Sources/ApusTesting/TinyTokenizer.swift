import ModelFiles
import Tokenizers

/// A tokenizer for tests in which text plays no part: the 256 bytes fit no small vocabulary, so it has a few pieces only.
package enum TinyTokenizer {
    package static func make() throws -> Tokenizer {
        let pieces = ["<unk>", "<s>", "</s>"] + "abcdefghij".map(String.init)
        let kinds: [Int32] = [2, 3, 3] + pieces.dropFirst(3).map { _ in 1 }
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("none")
        writer["tokenizer.ggml.model"] = .string("llama")
        writer["tokenizer.ggml.tokens"] = .array(.string(StringTable(pieces)))
        writer["tokenizer.ggml.scores"] = .array(.float32(pieces.map { _ in 0 }))
        writer["tokenizer.ggml.token_type"] = .array(.int32(kinds))
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try writer.write(to: folder.file("tokenizer.gguf"))
            return try Tokenizer(gguf: GGUFFile(path: folder.file("tokenizer.gguf")))
        }
    }
}
