import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Streaming decode")
struct StreamingDecoderTests {
    private func stream(_ ids: [Int32], _ tokenizer: Tokenizer) -> [String] {
        var decoder = tokenizer.makeStreamingDecoder()
        return ids.map { decoder.append($0) } + [decoder.finish()]
    }

    @Test("Parts put together are the text, and no part holds half a character")
    func wholeCharacters() throws {
        for tokenizer in try RoundTripTests.tokenizers.get() {
            for text in try Goldens.texts() where !text.contains("\u{fffd}") {
                let parts = stream(tokenizer.encode(text), tokenizer)
                #expect(Array(parts.joined().utf8) == Array(text.utf8))
                #expect(parts.allSatisfy { !$0.unicodeScalars.contains("\u{fffd}") })
            }
        }
    }

    @Test("Ill-formed bytes become what decoding them at once makes of them")
    func illFormed() throws {
        var random = SeededGenerator(seed: 5)
        let tokenizer = try Tokenizer(vocabulary: try Goldens.byteLevel().vocabulary("gpt-2"))
        let leads: [UInt8] = [0x41, 0x80, 0xbf, 0xc1, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x8f, 0x90]
        for length in 0..<400 {
            let bytes = (0..<length % 40).compactMap { _ in leads.randomElement(using: &random) }
            #expect(stream(tokenizer.encode(bytes), tokenizer).joined() == String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("A character is given with the token that completes it")
    func immediately() throws {
        let tokenizer = try Tokenizer(vocabulary: try Goldens.byteLevel().vocabulary("gpt-2"))
        let bytes = Array("€".utf8).flatMap { tokenizer.encode([$0]) }
        var decoder = tokenizer.makeStreamingDecoder()
        #expect(bytes.map { decoder.append($0) } == ["", "", "€"])
        #expect(decoder.append(bytes[0]) == "")
        #expect(decoder.append(tokenizer.encode("a")[0]) == "\u{fffd}a")
        #expect(decoder.finish() == "")
        #expect(decoder.append(bytes[0]) == "")
        #expect(decoder.finish() == "\u{fffd}")
    }

    @Test("The space that encoding adds is taken away at the beginning of a text, and not after a prompt")
    func spacePrefix() throws {
        let tokenizer = try Tokenizer(vocabulary: try Goldens.sentencePiece().vocabulary)
        let ids = tokenizer.encode("the lighthouse")
        var beginning = tokenizer.makeStreamingDecoder()
        #expect(ids.map { beginning.append($0) }.joined() == "the lighthouse")
        var afterPrompt = tokenizer.makeStreamingDecoder(after: ids[0])
        #expect(ids.map { afterPrompt.append($0) }.joined() == " the lighthouse")
        var afterControl = tokenizer.makeStreamingDecoder(after: tokenizer.bos)
        #expect(ids.map { afterControl.append($0) }.joined() == "the lighthouse")
    }

    @Test("Numbers that are no tokens say nothing")
    func outOfRange() throws {
        let tokenizer = try Tokenizer(vocabulary: try Goldens.sentencePiece().vocabulary)
        #expect(stream([-1, .max, .min, Int32(tokenizer.vocabularyCount)], tokenizer).joined() == "")
        #expect(tokenizer.piece(-1).isEmpty && !tokenizer.isSpecial(.max))
    }
}
