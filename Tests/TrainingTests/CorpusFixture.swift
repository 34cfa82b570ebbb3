import Tokenizers

@testable import Training

/// A little corpus with a tokenizer of its own.
enum CorpusFixture {
    /// The text that filler is cut from.
    static let text = HarbourLog(words: 12_000, seed: 5).text

    static let tokenizer = Result {
        var trainer = try BPETrainer(BPETrainer.Options(size: 1000))
        trainer.add(Array(text.utf8))
        return try Tokenizer(vocabulary: trainer.train())
    }

    static func filler() throws -> (tokenizer: Tokenizer, filler: Filler) {
        let tokenizer = try tokenizer.get()
        let corpus = try TokenCorpus([CorpusText(name: "log", bytes: Array(text.utf8))], tokenizer: tokenizer)
        return (tokenizer, try Filler(corpus, tokenizer: tokenizer))
    }

    /// Documents of these lengths, every token of which tells its document and place.
    static func documents(_ lengths: [Int]) -> TokenCorpus {
        TokenCorpus(lengths.enumerated().map { number, length in (0..<length).map { Int32(number * 1_000_000 + $0) } })
    }
}
