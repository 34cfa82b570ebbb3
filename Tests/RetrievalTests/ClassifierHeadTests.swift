import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Retrieval
import Testing

@Suite("Vectors of long texts, and heads that are kept")
struct ClassifierHeadTests {
    private static func embedder(_ name: String = "bert") throws -> (folder: TemporaryFolder, embedder: Embedder) {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(encoderNamed: name).write(to: folder.path, tokenizer: true)
        return (folder, try Embedder(at: folder.path, pooling: .mean, threads: 1))
    }

    @Test("A long text is read in windows of about one length that leave nothing out, and its vector is their mean")
    func windows() async throws {
        let (folder, embedder) = try Self.embedder()
        defer { withExtendedLifetime(folder) {} }
        let text = String(repeating: "the cat sat on a hat in rain ", count: 30)
        let (windows, cut) = try embedder.windows(of: Array(text.utf8))
        #expect(cut == 0 && windows.count > 2)
        #expect(windows.allSatisfy { $0.tokens.count <= embedder.window })
        let lengths = windows.map(\.tokens.count)
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        let reading = try await TextFeatures(embedder, settings: .init()).read([text, "a cat"])
        let parts = try await embedder.embed(windows)
        let mean = parts[0].indices.map { column in parts.reduce(Float(0)) { $0 + $1[column] } }.normalized
        #expect(reading.vectors[0].cosine(to: mean) > 0.99999 && reading.windows == windows.count + 1 && reading.tokensCut == 0)
    }

    @Test("Only the first tokens are read where that is wanted, and the rest is counted")
    func firstTokens() async throws {
        let (folder, embedder) = try Self.embedder()
        defer { withExtendedLifetime(folder) {} }
        let text = "the cat sat on a hat in rain and on", all = try embedder.windows(of: Array(text.utf8)).windows[0].tokens
        let (windows, cut) = try embedder.windows(of: Array(text.utf8), firstTokens: 5)
        #expect(windows.map(\.tokens) == [Array(all.prefix(5))] && cut == all.count - 5)
        let reading = try await TextFeatures(embedder, settings: .init(firstTokens: 5)).read([text])
        #expect(reading.tokens == 5 && reading.tokensCut == cut)
    }

    private static func head(_ embedder: Embedder, settings: TextFeatures.Settings = .init()) async throws -> ClassifierHead {
        let dimensions = embedder.dimensions
        let regression = SoftmaxRegression(
            classes: 2, dimensions: dimensions, weights: (0..<2 * dimensions).map { Double(Float($0) / 7) }, biases: [0.5, -0.25])
        return try await ClassifierHead(regression, labels: ["x", "y z"], features: TextFeatures(embedder, settings: settings))
    }

    @Test("A head that is written and read again says the same, and keeps how texts are shortened")
    func roundTrip() async throws {
        let (folder, embedder) = try Self.embedder()
        let shortening = Shortening([.stopWords, .rareWords], stopWords: ["the", "a"], commonWords: ["cat", "hat", "\u{E9}t\u{E9}"])
        let settings = TextFeatures.Settings(shortening: shortening, firstTokens: 64),
            head = try await Self.head(embedder, settings: settings)
        let path = folder.file("head.safetensors")
        try head.write(to: path)
        let again = try ClassifierHead(path: path)
        #expect(again.regression == head.regression && again.labels == ["x", "y z"] && again.settings == settings)
        try await again.check(embedder, file: path)
        let plain = folder.file("plain.safetensors")
        try await Self.head(embedder).write(to: plain)
        #expect(try ClassifierHead(path: plain).settings == TextFeatures.Settings())
    }

    @Test("Another encoder than the one that it was trained on is refused, by its width or by a known text")
    func otherEncoder() async throws {
        let (folder, embedder) = try Self.embedder(), path = folder.file("head.safetensors")
        try await Self.head(embedder).write(to: path)
        let (second, other) = try Self.embedder("roberta"), head = try ClassifierHead(path: path)
        await #expect(throws: ClassificationError.self) { try await head.check(other, file: path) }
        let pooled = try Embedder(at: folder.path, pooling: .cls, threads: 1)
        await #expect(throws: ClassificationError.self) { try await head.check(pooled, file: path) }
        withExtendedLifetime(second) {}
    }

    @Test("Files that are no heads are refused, and bytes of any damage never crash")
    func damage() async throws {
        let (folder, embedder) = try Self.embedder(), path = folder.file("head.safetensors")
        try await Self.head(embedder, settings: .init(shortening: Shortening([.stopWords]))).write(to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededGenerator(seed: 12), refused = 0
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<min(700, bytes.count), using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do {
                _ = try ClassifierHead(path: folder.write(damaged, as: "damaged.safetensors"))
            } catch {
                #expect(error is any Failure)
                refused += 1
            }
        }
        #expect(refused > 100)
        let model = folder.file("model.safetensors")
        #expect(throws: ClassificationError.self) { try ClassifierHead(path: model) }
    }

    @Test("Examples are JSON lines with a text and a label, and others are refused by their line")
    func examples() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            Array("{\"text\": \"one\", \"label\": \"b\"}\n\n{\"text\": \"two\", \"label\": 3}\n".utf8), as: "good.jsonl")
        let examples = try LabelledTexts(reading: path)
        #expect(examples.names == ["3", "b"] && examples.labels == [1, 0] && examples.texts == ["one", "two"])
        #expect(throws: ClassificationError.self) { try LabelledTexts(reading: path, names: ["b", "c"]) }
        for line in ["{\"label\": \"x\"}", "{\"text\": \" \", \"label\": \"x\"}", "{\"text\": \"a\"}", "[1]", "{"] {
            let bad = try folder.write(Array("{\"text\": \"one\", \"label\": \"b\"}\n\(line)\n".utf8), as: "bad.jsonl")
            #expect {
                try LabelledTexts(reading: bad)
            } throws: { error in
                "\(error)".contains("line 2 ")
            }
        }
    }
}

@Suite("Shortened texts")
struct ShorteningTests {
    private static let text =
        "The keeper, of the (old) lighthouse, kept the key; it was NOT the keeper's. The key cost $3.50 \u{2014} and \u{201C}the\u{201D} lamp!"

    private static func apply(_ parts: Set<Shortening.Part>, to text: String = text) -> String {
        Shortening(parts, commonWords: ["key", "the", "keeper", "lamp"]).apply(to: text).text
    }

    @Test("Each part leaves out what it is named for, and the order stays")
    func parts() {
        #expect(
            Self.apply([.stopWords])
                == "keeper, (old) lighthouse, kept key; NOT keeper's. key cost $3.50 \u{2014} \u{201C}\u{201D} lamp!")
        #expect(
            Self.apply([.punctuation])
                == "The keeper of the old lighthouse kept the key it was NOT the keeper's The key cost $3.50 and the lamp")
        #expect(
            Self.apply([.rareWords]).contains("lighthouse") == false && Self.apply([.rareWords]).hasPrefix("The keeper, the () , the key;"))
        #expect(
            Self.apply([.recurringWords])
                == "The keeper, of (old) lighthouse, kept key; it was NOT keeper's. cost $3.50 \u{2014} and \u{201C}\u{201D} lamp!")
        #expect(Self.apply([]) == Self.text)
    }

    @Test("No text becomes empty: where nothing would be left it stays as it is")
    func never() {
        #expect(Self.apply([.stopWords], to: "the of and") == "the of and")
        #expect(Self.apply([.stopWords, .punctuation], to: "...") == "..." && Self.apply([.stopWords], to: "") == "")
    }

    private static func random(_ random: inout SeededGenerator) -> String {
        let words = ["the", "The,", "key", "(lamp)", "and", "$3", "--", "keeper's", "\u{201C}of\u{201D}", "3,", "sea.", "K\u{E9}y"]
        return (0..<Int.random(in: 1...40, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
            .joined(separator: Bool.random(using: &random) ? " " : "\n ")
    }

    @Test("What was shortened once stays as it is, and every span is a stretch of the original in order")
    func properties() {
        var generator = SeededGenerator(seed: 4)
        let parts: [Set<Shortening.Part>] = [[.stopWords], [.punctuation], [.recurringWords], [.rareWords], Set(Shortening.Part.allCases)]
        for _ in 0..<200 {
            let text = Self.random(&generator), bytes = Array(text.utf8)
            for part in parts {
                let shortening = Shortening(part, commonWords: ["key", "sea", "the"]), result = shortening.apply(to: text)
                #expect(shortening.apply(to: result.text).text == result.text, "\(part): \(text)")
                #expect(result.text.utf8.filter { $0 > 0x20 } == result.spans.flatMap { bytes[$0] }.filter { $0 > 0x20 })
                for (one, next) in zip(result.spans, result.spans.dropFirst()) { #expect(one.upperBound <= next.lowerBound) }
                #expect(result.keptWords <= result.words && result.keptWords > 0 || result.words == 0)
            }
        }
    }

    @Test("Of recurring words only the first stays, and words are common by how often texts have them")
    func counts() {
        let result = Shortening([.recurringWords, .punctuation]).apply(to: "Sea, sea! the Sea; lamp. LAMP the").text
        #expect(result == "Sea the lamp")
        #expect(Shortening.commonWords(of: ["Sea, sea lamp", "SEA; lamp key"], atLeast: 2) == ["sea", "lamp"])
    }

    @Test("Words that deny are no stop words")
    func denial() {
        for word in ["not", "no", "never", "nor", "none", "neither", "don't", "cannot"] { #expect(!StopWords.english.contains(word)) }
        #expect(StopWords.english.contains("the") && StopWords.english.count > 100)
    }
}
