import Testing

@testable import Tokenizers

@Suite("Special tokens")
struct SpecialTokenTests {
    /// The tiny SentencePiece vocabulary with control tokens `<|end|>` and `<|end|>>` and the user-defined token `<tag>`.
    private func sentencePiece(_ change: (inout Vocabulary) -> Void = { _ in }) throws -> (tokenizer: Tokenizer, first: Int32) {
        var vocabulary = try Goldens.sentencePiece().vocabulary
        let first = Int32(vocabulary.pieces.count)
        for piece in ["<|end|>", "<|end|>>", "<tag>"] { vocabulary.pieces.append(piece.utf8) }
        vocabulary.types += [3, 3, 4]
        vocabulary.scores += [0, 0, 0]
        change(&vocabulary)
        return (try Tokenizer(vocabulary: vocabulary), first)
    }

    @Test("Names of control tokens are text unless they are to be read as tokens")
    func controlTokens() throws {
        let (tokenizer, first) = try sentencePiece()
        #expect(!tokenizer.encode("a<|end|>").contains(first))
        #expect(tokenizer.decode(tokenizer.encode("a<|end|>")) == Array("a<|end|>".utf8))
        let parsed = tokenizer.encode("a<|end|>b", parseSpecial: true)
        #expect(parsed == tokenizer.encode("a") + [first] + tokenizer.encode("b"))
        #expect(tokenizer.decode(parsed) == Array("ab".utf8))
        #expect(tokenizer.decode(parsed, includingSpecial: true) == Array("a<|end|>b".utf8))
    }

    @Test("User-defined tokens are always read, and are text")
    func userDefined() throws {
        let (tokenizer, first) = try sentencePiece()
        let ids = tokenizer.encode("a<tag> b")
        #expect(ids == tokenizer.encode("a") + [first + 2] + tokenizer.encode(" b"))
        #expect(tokenizer.decode(ids) == Array("a<tag> b".utf8))
    }

    @Test("The longest of the names that begin at a place is read")
    func longest() throws {
        let (tokenizer, first) = try sentencePiece()
        #expect(tokenizer.encode("<|end|>><|end|>", parseSpecial: true) == [first + 1, first])
        let offsets = tokenizer.encodeWithOffsets("é<|end|>><|end|", parseSpecial: true)
        #expect(offsets.ends.contains(2) && offsets.ends.contains(10) && offsets.ends.last == 16)
    }

    @Test("Beginning and end are added where the vocabulary asks for them")
    func beginningAndEnd() throws {
        let (usual, _) = try sentencePiece()
        #expect(usual.addsBOS && !usual.addsEOS)
        #expect(usual.encode("a", addSpecial: true) == [1] + usual.encode("a"))
        #expect(usual.encode("", addSpecial: true) == [1])
        let (other, _) = try sentencePiece {
            $0.addsBeginning = false
            $0.addsEnd = true
            $0.addsSpacePrefix = false
        }
        #expect(other.encode("the", addSpecial: true) == other.encode("the") + [2])
        #expect(other.encode(" the") == usual.encode("the"))
        #expect(other.decode(other.encode(" the")) == Array(" the".utf8))
        #expect(other.encodeWithOffsets("ab", addSpecial: true).ends.last == 2)
    }

    @Test("Byte-level vocabularies add a beginning only with Llama 3's words", arguments: Goldens.preTokenizers)
    func byteLevelBeginning(preTokenizer: String) throws {
        var vocabulary = try Goldens.byteLevel().vocabulary(preTokenizer)
        for piece in ["<begin>", "<end>"] { vocabulary.pieces.append(piece.utf8) }
        vocabulary.identifiers = [.beginning: vocabulary.pieces.count - 2, .end: vocabulary.pieces.count - 1]
        #expect(try Tokenizer(vocabulary: vocabulary).addsBOS == (preTokenizer == "llama-bpe"))
        vocabulary.identifiers = [:]
        vocabulary.addsBeginning = true
        #expect(try !Tokenizer(vocabulary: vocabulary).addsBOS)
    }

    @Test("Generation ends at the tokens that the file gives, and at those known by name")
    func endOfGeneration() throws {
        let (tokenizer, first) = try sentencePiece {
            for piece in ["<|im_end|>", "<|eot_id|>", "<|endoftext|>"] { $0.pieces.append(piece.utf8) }
            $0.types += [3, 4, 1]
            $0.scores += [0, 0, -1000]
            $0.identifiers[.endOfTurn] = $0.pieces.count - 6
        }
        #expect(tokenizer.endOfGeneration == [2, first, first + 3, first + 4])
    }

    @Test("Special tokens are found by name, and other pieces are not")
    func names() throws {
        let (tokenizer, first) = try sentencePiece()
        #expect(tokenizer.id(ofSpecial: "<|end|>") == first)
        #expect(tokenizer.id(ofSpecial: "<tag>") == first + 2)
        #expect(tokenizer.id(ofSpecial: "<|en") == nil)
        #expect(tokenizer.id(ofSpecial: "\u{2581}the") == nil)
        #expect(tokenizer.isSpecial(first) && !tokenizer.isSpecial(first + 2) && !tokenizer.isSpecial(300))
        #expect(tokenizer.piece(first) == Array("<|end|>".utf8))
    }

    @Test("A byte without a piece gives the unknown token, and never a control token")
    func missingByte() throws {
        var vocabulary = Vocabulary(source: "test", model: .byteLevel, pieces: PieceList(["a", "b", "ab", "<unk>"]))
        vocabulary.merges = .listed(PieceList(["a b"]))
        vocabulary.preTokenizer = "gpt-2"
        vocabulary.identifiers = [.unknown: 3]
        let tokenized = try Tokenizer(vocabulary: vocabulary).encodeWithOffsets("abzab")
        #expect(tokenized.ids == [2, 3, 2] && tokenized.ends == [2, 3, 5])
        vocabulary.identifiers = [.unknown: 3, .end: 3]
        let dropped = try Tokenizer(vocabulary: vocabulary).encodeWithOffsets("zabzabz")
        #expect(dropped.ids == [2, 2] && dropped.ends == [3, 7])
    }

    @Test("A vocabulary without bytes gives one unknown token for a run of characters that it lacks")
    func unknown() throws {
        var pieces = PieceList(["<unk>", "\u{2581}", "a", "b", "\u{2581}a", "ab"])
        pieces.append("xyz".utf8)
        var vocabulary = Vocabulary(source: "test", model: .sentencePiece, pieces: pieces)
        vocabulary.types = [2, 1, 1, 1, 1, 1, 1]
        vocabulary.scores = [0, -3, -4, -5, -1, -2, -6]
        vocabulary.identifiers = [.unknown: 0]
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        let tokenized = tokenizer.encodeWithOffsets("ab??b a")
        #expect(tokenized.ids == [4, 3, 0, 3, 4])
        #expect(tokenized.ends == [1, 2, 4, 5, 7])
        // Made of characters that are no pieces themselves, by way of no piece in between: not reachable.
        #expect(tokenizer.encode("xyz") == [1, 0])
    }
}
