import ApusTesting
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("Damaged and foreign vocabularies are refused with a reason")
struct DamagedVocabularyTests {
    private typealias Entries = [(key: String, value: MetadataValue)]

    private static func sentencePiece() throws -> Entries {
        let fixture = try Goldens.sentencePiece()
        return [
            ("tokenizer.ggml.model", .string("llama")),
            ("tokenizer.ggml.tokens", .array(.string(StringTable(fixture.pieces)))),
            ("tokenizer.ggml.scores", .array(.float32(fixture.scores))),
            ("tokenizer.ggml.token_type", .array(.int32(fixture.types.map { Int32($0) }))),
        ]
    }

    private static func byteLevel() throws -> Entries {
        let fixture = try Goldens.byteLevel()
        return [
            ("tokenizer.ggml.model", .string("gpt2")),
            ("tokenizer.ggml.pre", .string("qwen2")),
            ("tokenizer.ggml.tokens", .array(.string(StringTable(fixture.pieces)))),
            ("tokenizer.ggml.merges", .array(.string(StringTable(fixture.merges)))),
        ]
    }

    private func open(_ entries: Entries, _ changes: [String: MetadataValue?] = [:]) throws(TokenizerError) -> Tokenizer {
        var entries = entries.filter { changes[$0.key] == nil }
        for case (let key, let value?) in changes { entries.append((key, value)) }
        return try Tokenizer(vocabulary: Vocabulary(metadata: GGUFMetadata(entries, path: "test.gguf"), source: "test.gguf"))
    }

    private func problem(_ entries: Entries, _ changes: [String: MetadataValue?]) -> TokenizerError.Problem? {
        do {
            _ = try open(entries, changes)
            return nil
        } catch {
            #expect(error.description.hasPrefix("test.gguf: ") && error.description.hasSuffix("."))
            return error.problem
        }
    }

    @Test("Whole vocabularies open, with the tokens that SentencePiece always has")
    func whole() throws {
        let tokenizer = try open(Self.sentencePiece())
        #expect(tokenizer.unknown == 0 && tokenizer.bos == 1 && tokenizer.eos == 2)
        #expect(tokenizer.encode("the weather") == (try Tokenizer(vocabulary: Goldens.sentencePiece().vocabulary)).encode("the weather"))
        let other = try open(
            Self.byteLevel(), ["tokenizer.ggml.bos_token_id": .uint32(.max), "tokenizer.chat_template": .string("{{ x }}")])
        #expect(other.bos == nil && other.eos == nil && other.chatTemplate == "{{ x }}")
    }

    @Test("Other kinds of tokenizers and words are named, with those that would do")
    func foreign() throws {
        #expect(
            problem(try Self.byteLevel(), ["tokenizer.ggml.model": .string("rwkv")])
                == .unsupportedModel("rwkv", known: ["llama", "gpt2", "t5", "bert"]))
        let known = PreTokenizer.all.flatMap(\.names)
        #expect(
            problem(try Self.byteLevel(), ["tokenizer.ggml.pre": .string("kimi-k2")]) == .unknownPreTokenizer("kimi-k2", known: known))
        #expect(Set(known).count == known.count)
    }

    @Test("Missing entries", arguments: ["model", "tokens", "scores", "token_type"])
    func missing(key: String) throws {
        for value: MetadataValue? in [nil, .uint32(7), .array(.bool([true]))] {
            guard case .missing = problem(try Self.sentencePiece(), ["tokenizer.ggml.\(key)": value]) else {
                Issue.record("no error without \(key)")
                continue
            }
        }
        guard case .missing = problem(try Self.byteLevel(), ["tokenizer.ggml.merges": nil as MetadataValue?]) else {
            Issue.record("no error without merges")
            return
        }
        #expect(problem(try Self.byteLevel(), ["tokenizer.ggml.tokens": .array(.string([]))]) == .missing("pieces"))
    }

    @Test("Arrays of the wrong length, and numbers out of range")
    func inconsistent() throws {
        let entries = try Self.sentencePiece()
        let count = try Goldens.sentencePiece().pieces.count
        #expect(
            problem(entries, ["tokenizer.ggml.scores": .array(.float32([1]))]) == .wrongCount(of: "scores", found: 1, expected: count))
        #expect(
            problem(entries, ["tokenizer.ggml.token_type": .array(.int32([1]))])
                == .wrongCount(of: "token types", found: 1, expected: count))
        var types = try Goldens.sentencePiece().types
        types[300] = 77
        #expect(
            problem(entries, ["tokenizer.ggml.token_type": .array(.int64(types.map { Int64($0) }))])
                == .unknownTokenType(77, piece: 300))
        types[300] = 6
        #expect(
            problem(entries, ["tokenizer.ggml.token_type": .array(.int64(types.map { Int64($0) }))]) == .invalidBytePiece(piece: 300))
        #expect(
            problem(entries, ["tokenizer.ggml.scores": .array(.float32(Array(repeating: .nan, count: count)))])
                == .invalidScore(piece: 0))
        for (key, role) in [("bos", "bos"), ("eos", "eos"), ("eot", "eot"), ("eom", "eom"), ("unknown", "unknown")] {
            #expect(
                problem(entries, ["tokenizer.ggml.\(key)_token_id": .uint32(UInt32(count))])
                    == .identifierOutOfRange(role: role, identifier: count, pieces: count))
        }
        #expect(
            problem(entries, ["tokenizer.ggml.eos_token_id": .int32(-5)])
                == .identifierOutOfRange(role: "eos", identifier: -5, pieces: count))
    }

    @Test("A vocabulary that could not encode every text")
    func noFallback() {
        var vocabulary = Vocabulary(source: "test", model: .sentencePiece, pieces: PieceList(["a", "b"]))
        vocabulary.scores = [0, 0]
        #expect(throws: TokenizerError(.noFallback, in: "test")) { try Tokenizer(vocabulary: vocabulary) }
    }

    @Test("Merges that are none, or name what is no piece")
    func merges() throws {
        let entries = try Self.byteLevel()
        for line in ["ab", "a ", " b", "", " ", "\u{2603} a"] {
            #expect(problem(entries, ["tokenizer.ggml.merges": .array(.string(["a b", line]))]) == .invalidMerge(line: 1))
        }
        #expect(
            problem(entries, ["tokenizer.ggml.merges": .array(.string(["aqzj b"]))]) == .mergeOfAbsentPiece("aqzj", line: 0))
        #expect(problem(entries, ["tokenizer.ggml.merges": .array(.string(["q z"]))]) == .mergeOfAbsentPiece("qz", line: 0))
    }

    @Test("Random damage gives an error or a tokenizer that works")
    func randomDamage() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(8))
        for _ in 0..<FuzzBudget.rounds(300) {
            var vocabulary = Bool.random(using: &random) ? try small() : try smallBytes()
            for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&vocabulary, &random) }
            guard let tokenizer = try? Tokenizer(vocabulary: vocabulary) else { continue }
            let text = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("<s>abcab the abc".utf8)
            let tokenized = tokenizer.encodeWithOffsets(text, addSpecial: true, parseSpecial: true)
            #expect(tokenized.ids.allSatisfy { (0..<tokenizer.vocabularyCount).contains(Int($0)) })
            _ = tokenizer.decode(tokenized.ids)
        }
    }

    private func small() throws -> Vocabulary {
        let fixture = try Goldens.sentencePiece()
        var vocabulary = fixture.vocabulary
        vocabulary.pieces = PieceList(fixture.pieces.prefix(259) + ["\u{2581}", "a", "b", "c", "ab", "abc", "\u{2581}ab"])
        vocabulary.types = Array(fixture.types.prefix(259)) + Array(repeating: 1, count: 7)
        vocabulary.scores = (0..<266).map { -Float($0) }
        return vocabulary
    }

    private func smallBytes() throws -> Vocabulary {
        var vocabulary = try Goldens.byteLevel().vocabulary("llama-bpe")
        vocabulary.pieces = PieceList(try Goldens.byteLevel().pieces.prefix(256) + ["ab", "abc", "<s>"])
        vocabulary.merges = .listed(PieceList(["a b", "ab c"]))
        vocabulary.types = Array(repeating: 1, count: 258) + [3]
        return vocabulary
    }

    private func damage(_ vocabulary: inout Vocabulary, _ random: inout SeededGenerator) {
        let count = vocabulary.pieces.count
        let piece = Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where !vocabulary.types.isEmpty:
            vocabulary.types[piece % vocabulary.types.count] = Int.random(in: 0...7, using: &random)
        case 1: vocabulary.types = Array(vocabulary.types.prefix(piece))
        case 2: vocabulary.scores = Array(repeating: [0, -.infinity, .infinity, .nan][piece % 4], count: count)
        case 3: vocabulary.identifiers[.allCases[piece % Vocabulary.Role.allCases.count]] = Int.random(in: -3...count, using: &random)
        case 4: vocabulary.merges = piece.isMultiple(of: 2) ? .implied : .listed(PieceList(["a b", "b c"]))
        case 5:
            // The same number of pieces, one of them other bytes: a duplicate, nothing, or no UTF-8.
            var pieces = PieceList()
            let other: [[UInt8]] = [[], [0x61], [0xe2, 0x96], [0xff], [0xe2, 0x96, 0x81, 0x61], Array("abcabc".utf8)]
            for number in 0..<count {
                pieces.append(number == piece ? other[piece % other.count] : Array(vocabulary.pieces[number]))
            }
            vocabulary.pieces = pieces
        default: vocabulary.pieces.append(Array("the\u{2581}abc".utf8).prefix(piece % 12))
        }
    }
}
