/// Guesses from its first bytes what a file is that is not what it should be, so that an error can say it.
enum FileSignature {
    /// How many bytes a guess looks at.
    static let sampleBytes = 512

    private static let known: [(start: [UInt8], name: String)] = [
        (Array("GGUF".utf8), "a GGUF model"),
        (Array("FUGG".utf8), "a big-endian GGUF model"),
        (Array("lmgg".utf8), "a model in the GGML format that came before GGUF"),
        (Array("tjgg".utf8), "a model in the GGJT format that came before GGUF"),
        (Array("fmgg".utf8), "a model in the GGMF format that came before GGUF"),
        (Array("PK\u{3}\u{4}".utf8), "a ZIP archive or a PyTorch checkpoint"),
        ([0x1F, 0x8B], "a gzip archive, which must be unpacked first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive, which must be unpacked first"),
        (Array("version https://git-lfs".utf8), "a Git LFS pointer, whose file was not downloaded"),
        (Array("<".utf8), "a web page, perhaps a download that failed"),
    ]

    /// What a file that begins with `sample` probably is.
    static func describe(_ sample: [UInt8]) -> String {
        if let match = known.first(where: { sample.starts(with: $0.start) }) { return match.name }
        if sample.count > 9, sample[8] == UInt8(ascii: "{"), sample[4..<8].allSatisfy({ $0 == 0 }) { return "a safetensors file" }
        if sample.allSatisfy({ $0 == 0 }) { return "a file of zeros, perhaps an unfinished download" }
        let isText = sample.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText ? "text" : "something else"
    }
}
