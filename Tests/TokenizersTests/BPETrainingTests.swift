import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("Training byte-pair encoding")
struct BPETrainingTests {
    private struct Golden: Decodable {
        let texts: [String]
        let size: Int
        let merges: [String]
        let pieces: [String]
    }

    private static func golden() throws -> Golden {
        let file = Goldens.packageRoot.appendingPathComponent("Tests/Fixtures/tokenizers/bpe-training.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private func train(_ texts: [String], size: Int, spaces: BPETrainer.SpaceJoining) throws -> Vocabulary {
        var options = BPETrainer.Options(size: size)
        options.spaces = spaces
        var trainer = try BPETrainer(options)
        for text in texts { trainer.add(Array(text.utf8)) }
        return try trainer.train()
    }

    private func merges(_ vocabulary: Vocabulary) -> [String] {
        (0..<vocabulary.listedMerges.count).map { vocabulary.listedMerges.text($0) }
    }

    @Test("The merges and pieces are those that the tokenizers package learns")
    func likePeer() throws {
        let golden = try Self.golden()
        let vocabulary = try train(golden.texts, size: golden.size, spaces: .anyTime)
        #expect(merges(vocabulary) == golden.merges)
        #expect((0..<vocabulary.pieces.count).map { vocabulary.pieces.text($0) } == golden.pieces)
    }

    /// Counts all pairs of all words anew before every merge.
    private func bruteForceMerges(_ texts: [String], count: Int) throws -> [String] {
        let rule = try PreTokenizer.named("smollm", source: "test")
        var words: [[[UInt8]]] = []
        for text in texts {
            let bytes = Array(text.utf8)
            rule.forEachWord(in: ClassifiedText(bytes, bytes.indices)) { range in words.append(bytes[range].map { [$0] }) }
        }
        var order: [[UInt8]] = (UInt8.min...UInt8.max)
            .sorted { ByteAlphabet.character(for: $0) < ByteAlphabet.character(for: $1) }.map { [$0] }
        var merges: [String] = []
        while order.count < count + 256 {
            var counts: [[[UInt8]]: Int] = [:]
            for word in words { for (left, right) in zip(word, word.dropFirst()) { counts[[left, right], default: 0] += 1 } }
            func rank(_ pair: [[UInt8]]) -> [Int] { pair.compactMap { order.firstIndex(of: $0) } }
            let best = counts.filter { $0.value > 1 }.max { one, other in
                one.value != other.value ? one.value < other.value : rank(other.key).lexicographicallyPrecedes(rank(one.key))
            }
            guard let pair = best?.key else { break }
            merges.append(pair.map { String(decoding: ByteAlphabet.text(of: $0), as: UTF8.self) }.joined(separator: " "))
            if !order.contains(pair[0] + pair[1]) { order.append(pair[0] + pair[1]) }
            words = words.map { word in
                word.reduce(into: [[UInt8]]()) { joined, piece in
                    if joined.last == pair[0], piece == pair[1], joined.count > 0 {
                        joined[joined.count - 1] += piece
                    } else {
                        joined.append(piece)
                    }
                }
            }
        }
        return merges
    }

    @Test("The merges are those of counting everything anew before each")
    func bruteForce() throws {
        var random = SeededGenerator(seed: 3)
        let syllables = ["ka", "ke", "mo", "rin", "tal", "s", "or", "the", "in", "abab"]
        let texts = (0..<8).map { _ in
            (0..<60).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in syllables.randomElement(using: &random) }.joined()
            }
            .joined(separator: " ")
        }
        let vocabulary = try train(texts, size: 260 + 70, spaces: .anyTime)
        #expect(try merges(vocabulary) == bruteForceMerges(texts, count: 70))
    }

    @Test("Spaces that are joined last leave words cut at the same places with a space before them and without")
    func spacesLast() throws {
        let golden = try Self.golden()
        let vocabulary = try train(golden.texts, size: 400, spaces: .last)
        #expect(vocabulary.pieces.count == 400)
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        for word in ["harbour", "weather", "Kalevor", "the", "brig", "casks", "naß", "xyzzy", "bananas"] {
            let bare = tokenizer.encode(word).map { tokenizer.piece($0) }
            let spaced = tokenizer.encode(" " + word).map { tokenizer.piece($0) }.filter { $0 != [0x20] }
            #expect(spaced.count == bare.count)
            #expect(spaced.first.map { $0.first == 0x20 ? Array($0.dropFirst()) : $0 } == bare.first)
            #expect(spaced.dropFirst() == bare.dropFirst())
        }
        #expect(tokenizer.encode(" the").count == 1 && tokenizer.encode("4471").count == 4)
    }

    @Test("Every text comes back, special tokens have their parts, and files hold the same tokenizer", arguments: ["gguf", "json"])
    func files(ending: String) throws {
        let golden = try Self.golden(), folder = try TemporaryFolder()
        let vocabulary = try train(golden.texts, size: 350, spaces: .last), path = folder.file("tokenizer." + ending)
        try vocabulary.write(to: path)
        let written = try Tokenizer(modelAt: path), own = try Tokenizer(vocabulary: vocabulary)
        for text in golden.texts + ["", " ", "\u{0}\u{ff}é🙂", "  two  spaces 42\n\n"] {
            let tokens = written.encode(text, addSpecial: true)
            #expect(tokens == own.encode(text, addSpecial: true))
            #expect(tokens.first == own.id(ofSpecial: "<|begin|>"))
            #expect(written.decode(tokens) == Array(text.utf8))
        }
        if ending == "gguf" {
            #expect(written.eos == own.id(ofSpecial: "<|end|>") && written.endOfGeneration == Set([own.eos].compactMap { $0 }))
            #expect(written.chatTemplate == QuestionFrame.chatTemplate)
        }
    }

    @Test("What cannot be trained is refused")
    func refusals() throws {
        #expect(throws: TokenizerTrainingError.size(259, least: 260, most: 1 << 24)) { try BPETrainer(BPETrainer.Options(size: 259)) }
        #expect(throws: TokenizerTrainingError.nothingToLearn) { try BPETrainer(BPETrainer.Options(size: 300)).train() }
        var options = BPETrainer.Options(size: 300)
        options.specials = [BPETrainer.Special("<a>"), BPETrainer.Special("<a>")]
        #expect(throws: TokenizerTrainingError.special("<a>")) { try BPETrainer(options) }
        options.specials = []
        options.preTokenizer = "no such rule"
        #expect(throws: TokenizerError.self) { try BPETrainer(options) }
        let vocabulary = try train(["abc abc"], size: 300, spaces: .anyTime)
        #expect(throws: TokenizerTrainingError.unknownForm(path: "a.txt")) { try vocabulary.write(to: "a.txt") }
    }

    @Test("A text with little to join gives what pieces there are")
    func littleText() throws {
        let vocabulary = try train(["abc abc"], size: 1000, spaces: .last)
        #expect(merges(vocabulary) == ["a b", "ab c"])
    }

    @Test("Rare words are forgotten where there are too many, and frequent ones are kept")
    func boundedMemory() {
        var counts = WordCounts(most: 100)
        for round in 0..<50 {
            for number in 0..<40 {
                for word in ["often\(number % 10)", "rare\(round)x\(number)"] {
                    let bytes = Array(word.utf8)
                    counts.add(bytes, bytes.indices)
                }
            }
        }
        #expect(counts.count <= 100)
        let kept = (0..<counts.count).filter { counts[$0].word.starts(with: "often".utf8) }
        #expect(kept.count == 10 && kept.allSatisfy { counts[$0].count > 150 })
    }
}
