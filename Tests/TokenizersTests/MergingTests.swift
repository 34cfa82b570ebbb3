import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Merging")
struct MergingTests {
    /// The definition: again and again, the best pair, the leftmost of equals.
    private func naive(_ symbols: [Int32], _ table: MergeTable) -> [Int32] {
        var symbols = symbols
        while true {
            let merges = zip(symbols, symbols.dropFirst()).map { table.merge($0, $1) }
            guard let best = merges.compactMap({ $0?.rank }).min(), let place = merges.firstIndex(where: { $0?.rank == best }),
                let merge = merges[place]
            else { return symbols }
            symbols.replaceSubrange(place...place + 1, with: [merge.symbol])
        }
    }

    private func queued(_ symbols: [Int32], _ table: MergeTable, _ merger: inout PairMerger) -> [Int32] {
        merger.removeAll()
        for (index, symbol) in symbols.enumerated() { merger.append(symbol, end: index + 1) }
        merger.merge(by: table)
        var result: [Int32] = []
        merger.forEachSymbol { result.append($0.identifier) }
        return result
    }

    @Test("The queue finds what trying all pairs finds, for random rules with equal ranks")
    func bruteForce() {
        var random = SeededGenerator(seed: 6)
        var merger = PairMerger()
        for round in 0..<300 {
            let alphabet = Int32.random(in: 1...4, using: &random)
            var table = MergeTable(minimumCapacity: 4)
            for symbol in alphabet..<alphabet + 12 {
                table.allow(
                    Int32.random(in: 0..<symbol, using: &random), Int32.random(in: 0..<symbol, using: &random),
                    rank: UInt32.random(in: 0..<8, using: &random), symbol: symbol)
            }
            let symbols = (0..<round % 50).map { _ in Int32.random(in: -1..<alphabet, using: &random) }
            #expect(queued(symbols, table, &merger) == naive(symbols, table))
        }
    }

    @Test("The queue gives keys in order")
    func queue() {
        var random = SeededGenerator(seed: 7)
        var queue = MergeQueue()
        let keys = (0..<500).map { _ in UInt64.random(in: 0..<300, using: &random) }
        for key in keys { queue.push(key) }
        #expect((0..<500).compactMap { _ in queue.pop() } == keys.sorted())
        #expect(queue.pop() == nil)
    }

    @Test("Long runs of one letter take work in proportion to their length", arguments: ["byte-level", "SentencePiece"])
    func longRuns(kind: String) throws {
        let vocabulary = kind == "byte-level" ? try Goldens.byteLevel().vocabulary("gpt-2") : try Goldens.sentencePiece().vocabulary
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        func work(_ text: [UInt8]) -> Int {
            var workspace = EncodingWorkspace(byteCount: text.count)
            _ = tokenizer.encodeWithOffsets(text, addSpecial: false, with: &workspace)
            return workspace.merger.pairCount
        }
        for letter in Array("a7! \n".utf8) {
            let (short, long) = (work(Array(repeating: letter, count: 3_000)), work(Array(repeating: letter, count: 30_000)))
            // Each letter opens one pair, and each merge, of which there are fewer than letters, at most two more.
            #expect(long <= 3 * 30_001)
            #expect(long <= 11 * short + 100)
        }
    }

    @Test("Merges implied by the order of pieces are those of a list in that order")
    func impliedMerges() throws {
        let byteLevel = try Goldens.byteLevel()
        let listed = try Tokenizer(vocabulary: byteLevel.vocabulary("qwen2"))
        var vocabulary = byteLevel.vocabulary("qwen2")
        vocabulary.merges = .implied
        let implied = try Tokenizer(vocabulary: vocabulary)
        let texts = try Goldens.texts()
        // A list may lack a way to make a piece, so the two agree on nearly all texts.
        let agreeing = texts.count { listed.encode($0) == implied.encode($0) }
        #expect(agreeing * 10 >= texts.count * 9)
        for text in texts { #expect(implied.decode(implied.encode(text)) == Array(text.utf8)) }
    }
}
