import ApusTesting
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("A tokenizer.json is read as the tokenizers package reads it")
struct TokenizerJSONTests {
    typealias Goldens = TokenizerJSONGoldens

    @Test("Every normaliser writes what it should")
    func normalizers() throws {
        let texts = try Goldens.texts()
        for golden in try Goldens.cases("normalizers") {
            let steps = try Goldens.component(golden["file"]).normalizers()
            for (text, expected) in zip(texts, Goldens.strings(golden["texts"])) {
                let bytes = Array(text.utf8)
                let normalized = steps.reduce(NormalizedText(bytes, bytes.indices)) { $1.normalize($0) }
                #expect(normalized.bytes == Array(expected.utf8), "\(text.debugDescription) by \(golden["file"]?.summary ?? "")")
            }
        }
    }

    @Test("Every pre-tokenizer finds the words that it should")
    func preTokenizers() throws {
        let texts = try Goldens.texts()
        for golden in try Goldens.cases("preTokenizers") {
            var stages = WordStages()
            try Goldens.component(golden["file"]).addWordRules(to: &stages)
            for (text, expected) in zip(texts, golden["words"]?.array ?? []) {
                let bytes = Array(text.utf8)
                let (result, words) = stages.words(
                    of: [bytes.indices], in: NormalizedText(bytes, bytes.indices), continuesText: false)
                let found = words.joined().map { String(decoding: result.bytes[$0], as: UTF8.self) }
                #expect(found == Goldens.strings(expected), "\(text.debugDescription) by \(golden["file"]?.summary ?? "")")
            }
        }
    }

    @Test("Every decoder writes what it should, at once and piece by piece")
    func decoders() throws {
        let tokens = (try Goldens.fixture()["tokens"]?.array ?? []).map(Goldens.strings)
        for golden in try Goldens.cases("decoders") {
            let steps = try Goldens.component(golden["file"]).decodingSteps()
            for (pieces, expected) in zip(tokens, golden["texts"]?.array ?? []) {
                guard let expected = expected.string else { continue }
                var decoder = TokenDecoder(steps, pieces: PieceList(pieces))
                var text: [UInt8] = []
                for number in pieces.indices { decoder.append(Int32(number), to: &text) }
                decoder.finish(&text)
                #expect(String(decoding: text, as: UTF8.self) == expected, "\(pieces) by \(golden["file"]?.summary ?? "")")
            }
        }
    }

    @Test("Whole tokenizers give the tokens, with the names of special tokens read and not", arguments: GoldenPipeline.all)
    func pipelines(golden: GoldenPipeline) throws {
        let tokenizer = try golden.tokenizer()
        let (ids, plain) = (golden.integers("ids"), golden.integers("plain"))
        for (place, text) in try Goldens.texts().enumerated() {
            let isExact = !text.contains("\u{2581}") || !(tokenizer.model is SentencePieceBPE)
            // A mark for a space that stands in the text stays one where files are read as SentencePiece reads them.
            guard isExact else { continue }
            let found = tokenizer.encode(text, addSpecial: true, parseSpecial: true).map { Int($0) }
            #expect(found == ids[place], "\(text.debugDescription)")
            if !text.contains("<") && !text.contains("[") {
                #expect(tokenizer.encode(text).map { Int($0) } == plain[place], "\(text.debugDescription)")
            }
        }
    }

    @Test("Tokens end where they should in the text as it was", arguments: GoldenPipeline.all)
    func offsets(golden: GoldenPipeline) throws {
        // The package counts the bytes of unknown characters as characters.
        guard golden.name != "unigram bytes" else { return }
        let tokenizer = try golden.tokenizer()
        let (ids, ends) = (golden.integers("ids"), golden.integers("ends"))
        for (place, text) in try Goldens.texts().enumerated() {
            let bytes = Array(text.utf8)
            let found = tokenizer.encodeWithOffsets(bytes, addSpecial: true, parseSpecial: true)
            guard found.ids.map({ Int($0) }) == ids[place] else { continue }
            #expect(zip(found.ends, found.ends.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(found.ends.last ?? 0 <= bytes.count)
            let body = tokenizer.frame.before.count..<max(found.ids.count - tokenizer.frame.after.count, tokenizer.frame.before.count)
            for index in body where !found.range(index).isEmpty {
                // The package counts in characters: a token that ends within one ends with it.
                var end = found.ends[index]
                while end < bytes.count, bytes[end] & 0xc0 == 0x80 { end += 1 }
                let between = String(decoding: bytes[min(end, ends[place][index])..<max(end, ends[place][index])], as: UTF8.self)
                // What no token stands for goes with a neighbour here, and marks go with the letter that they were joined with.
                let isMark = tokenizer.piece(found.ids[index]) == [0x20]
                #expect(
                    isMark || between.unicodeScalars.allSatisfy(Self.mayBeLeftOut), "token \(index) of \(text.debugDescription)")
            }
        }
    }

    /// Whether a character may be left out or be joined with the one before it.
    private static func mayBeLeftOut(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .control, .format, .spaceSeparator: true
        default: (0x1161...0x11ff).contains(scalar.value) || scalar == "\u{ff9e}" || scalar == "\u{fffd}"
        }
    }

    @Test("Tokens become text again", arguments: GoldenPipeline.all)
    func decoded(golden: GoldenPipeline) throws {
        let tokenizer = try golden.tokenizer()
        let texts = try Goldens.texts()
        for (place, expected) in golden.decoded.enumerated() {
            let ids = golden.integers("ids")[place].map { Int32($0) }
            let text = String(decoding: tokenizer.decode(ids), as: UTF8.self)
            // Where every stretch of text gets a space, every stretch loses it; a name is not read as stand-ins for bytes;
            // and what normalisation did to a name does not make it say something.
            let hasName = texts[place].contains("<mask>") || texts[place].contains("Köln")
            let hasOtherRule = hasName && (tokenizer.decoder == nil || golden.name == "normalised names")
            if !hasOtherRule { #expect(text == expected, "\(texts[place].debugDescription)") }
            var streaming = tokenizer.makeStreamingDecoder()
            var parts = ids.map { streaming.append($0) }
            parts.append(streaming.finish())
            #expect(parts.joined() == text)
        }
    }

    // Needs the tokenizers beside the repository.
    @Test(
        "Published tokenizers give the tokens of the package", .enabled(if: RealVocabulary.areThere),
        arguments: ["hf-phi3-mini", "hf-roberta-base", "hf-clip", "hf-t5-small"])
    func published(name: String) throws {
        let tokenizer = try Tokenizer(tokenizerFile: ExternalData.path("tokenizers/\(name)/tokenizer.json"))
        let golden = try #require(try Goldens.real()[name]?.object)
        let ids = (golden["ids"]?.array ?? []).map(Goldens.integers)
        for (place, text) in try Goldens.texts().enumerated() where !text.contains("\u{2581}") {
            let found = tokenizer.encode(text, addSpecial: true, parseSpecial: true).map { Int($0) }
            #expect(found == ids[place], "\(text.debugDescription)")
        }
    }
}
