import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Unigram models")
struct UnigramTests {
    /// The definition: the best of all ways to cut a text, by the sum of scores, and what it is worth.
    private func best(_ text: [UInt8], _ pieces: [[UInt8]], _ scores: [Double], unknown: Double) -> Double {
        var best = [Double](repeating: -.infinity, count: text.count + 1)
        best[0] = 0
        for end in 1..<max(text.count + 1, 1) {
            for start in 0..<end {
                let part = Array(text[start..<end])
                let found = pieces.indices.filter { pieces[$0] == part }.map { scores[$0] }.max()
                if let score = found ?? (part.count == 1 ? unknown : nil) { best[end] = max(best[end], best[start] + score) }
            }
        }
        return best[text.count]
    }

    @Test("The path found is as good as the best of all paths")
    func bruteForce() {
        var random = SeededGenerator(seed: 31)
        var lattice = UnigramPieces.Lattice()
        for _ in 0..<200 {
            let count = Int.random(in: 1...12, using: &random)
            let pieces = (0..<count).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
            }
            // Of equal pieces the last one counts.
            let scores = (0..<count).map { _ in -Double.random(in: 0.5...9, using: &random) }
            let isLast = pieces.indices.map { !pieces[($0 + 1)...].contains(pieces[$0]) }
            var list = PieceList()
            for piece in pieces { list.append(piece) }
            let lowest = scores.min() ?? 0
            let model = UnigramPieces(list, scores: scores, lowest: lowest, unknown: 99, bytePieces: nil) { isLast[$0] }
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in UInt8.random(in: 0x61...0x64, using: &random) }
            var tokens = TokenizedText()
            model.encode(text, 0..<text.count, with: &lattice, into: &tokens)
            var start = 0
            var sum = 0.0
            for (identifier, end) in zip(tokens.ids, tokens.ends) {
                let isUnknown = identifier == 99
                #expect(isUnknown || pieces[Int(identifier)] == Array(text[start..<end]))
                sum += isUnknown ? Double(end - start) * (lowest - 10) : scores[Int(identifier)]
                start = end
            }
            let kept = pieces.indices.filter { isLast[$0] }
            let expected = best(text, kept.map { pieces[$0] }, kept.map { scores[$0] }, unknown: lowest - 10)
            #expect(start == text.count && abs(sum - expected) < 1e-9)
        }
    }

    @Test("Long runs of one letter take work in proportion to their length", arguments: ["unigram", "unigram-bytes"])
    func longRuns(name: String) throws {
        let tokenizer = try SubwordGoldens.model(name)
        func work(_ text: [UInt8]) -> Int {
            var lattice = UnigramPieces.Lattice()
            guard let model = ((tokenizer.model as? NormalizingModel)?.model ?? tokenizer.model) as? Unigram else { return 0 }
            var workspace = EncodingWorkspace(byteCount: text.count)
            var output = TokenizedText()
            model.encode(text, 0..<text.count, with: &workspace, into: &output)
            swap(&lattice, &workspace.lattice)
            return lattice.stepCount
        }
        for letter in Array("ea7! \n~".utf8) {
            let (short, long) = (work(Array(repeating: letter, count: 1_000)), work(Array(repeating: letter, count: 100_000)))
            #expect(short > 0 && long <= 101 * short)
        }
    }

    @Test("Scores without end are taken for very great ones")
    func infiniteScores() {
        let pieces = PieceList(["a", "b", "ab"])
        let scores = [-Double.infinity, .infinity, -.infinity]
        let model = UnigramPieces(pieces, scores: scores, lowest: -.infinity, unknown: 7, bytePieces: nil) { _ in true }
        var lattice = UnigramPieces.Lattice()
        var tokens = TokenizedText()
        model.encode(Array("abcab".utf8), 0..<5, with: &lattice, into: &tokens)
        #expect(tokens.ends.last == 5)
    }

    @Test("The tree of pieces finds the longest piece at every place")
    func trie() {
        var random = SeededGenerator(seed: 32)
        for _ in 0..<100 {
            let pieces = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                (0..<Int.random(in: 0...5, using: &random)).map { _ in UInt8.random(in: 0x61...0x6c, using: &random) }
            }
            var list = PieceList()
            for piece in pieces { list.append(piece) }
            let trie = PieceTrie(list) { _ in true }
            let text = (0..<20).map { _ in UInt8.random(in: 0x61...0x6c, using: &random) }
            for start in text.indices {
                let expected = pieces.indices.filter { !pieces[$0].isEmpty && text[start...].starts(with: pieces[$0]) }
                    .max { (pieces[$0].count, $0) < (pieces[$1].count, $1) }
                let found = trie.longestPiece(in: text, from: start, limit: text.count)
                #expect(found?.piece == expected.map { Int32($0) } && found?.end == expected.map { start + pieces[$0].count })
            }
        }
    }
}

@Suite("WordPiece")
struct WordPieceTests {
    private let pieces = WordPieces(
        PieceList(["[UNK]", "un", "want", "##want", "##ed", "wa", "runn", "##ing", "é", "##é"]), continuingPrefix: "##", unknown: 0,
        longestWord: 12)

    private func tokens(_ word: String) -> TokenizedText {
        var tokens = TokenizedText()
        pieces.encode(Array(word.utf8), 0..<word.utf8.count, into: &tokens)
        return tokens
    }

    @Test("A word is its longest beginning and the longest pieces that go on")
    func words() {
        #expect(tokens("unwanted").ids == [1, 3, 4] && tokens("unwanted").ends == [2, 6, 8])
        #expect(tokens("running").ids == [6, 7])
        #expect(tokens("éé").ids == [8, 9] && tokens("éé").ends == [2, 4])
    }

    @Test("A word that is not made of pieces, or is too long, is unknown as a whole")
    func unknown() {
        #expect(tokens("unwantedx").ids == [0] && tokens("unwantedx").ends == [9])
        #expect(tokens(String(repeating: "é", count: 12)).ids.count == 12)
        #expect(tokens(String(repeating: "é", count: 13)).ids == [0])
        #expect(tokens("").ids.isEmpty)
    }

    @Test("Words come back with spaces between them")
    func decoding() throws {
        let golden = try #require(try SubwordGoldens.wordPieces.get()["uncased"])
        let tokenizer = try Tokenizer(vocabulary: golden.vocabulary(lowercases: true))
        let ids = tokenizer.encode("The KEEPER  wrote,\nthe weather", addSpecial: true)
        #expect(ids.first == tokenizer.bos && ids.last == tokenizer.eos)
        #expect(tokenizer.decode(ids) == Array("the keeper wrote , the weather".utf8))
        var decoder = tokenizer.makeStreamingDecoder()
        #expect(ids.map { decoder.append($0) }.joined() + decoder.finish() == "the keeper wrote , the weather")
    }
}
