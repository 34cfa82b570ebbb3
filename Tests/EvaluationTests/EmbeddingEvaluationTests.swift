import ApusTesting
import Diagnostics
import Foundation
import Retrieval
import Testing
import Training

@testable import Evaluation

@Suite("Tests of vectors of long texts")
struct EmbeddingEvaluationTests {
    /// Counts the words of a text: it finds every document whose words it has read, up to its window.
    private struct WordCounter: EmbeddingSubject {
        var window = Int.max

        private static func words(_ text: String) -> [String] {
            text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        }
        func tokenCount(of text: String) -> Int { Self.words(text).count }
        func framingTokens(prefix: String?) -> Int { 2 + tokenCount(of: prefix ?? "") }
        func vectors(
            of texts: [String], prefix: String?, progress: ProgressHandler?, cancellation: Cancellation
        ) async throws -> (vectors: [[Float]], cut: Int) {
            let texts = texts.map { Self.words((prefix ?? "") + $0) }
            let vectors = texts.map { words in
                var vector = [Float](repeating: 0, count: 2048)
                // Rare words weigh more: each counts once.
                for word in Set(words.prefix(window)) { vector[Int(Fingerprint(of: word.utf8).value % 2048)] = 1 }
                return vector
            }
            return (vectors, texts.count { $0.count > window })
        }
    }

    private static let texts = [HarbourLog(words: 2000).corpusText]

    private static func scores(_ subject: WordCounter, _ settings: LongEmbedSettings) async throws -> [LongEmbedScore] {
        var scores: [LongEmbedScore] = []
        try await LongEmbedRun(subject, settings: settings, texts: texts).perform(progress: { _ in }, cancellation: Cancellation()) {
            scores.append($0)
        }
        return scores
    }

    @Test("Who reads every word finds every document")
    func oracle() async throws {
        let settings = LongEmbedSettings(lengths: [64, 250, 800], documents: 15, cases: 15)
        let scores = try await Self.scores(WordCounter(), settings)
        #expect(scores.map(\.task) == [.passkey, .passkey, .passkey, .needle, .needle, .needle])
        #expect(scores.map(\.length) == [64, 250, 800, 64, 250, 800])
        #expect(scores.allSatisfy { $0.score.score == 1 && $0.score.records == 15 && $0.cutDocuments == 0 })
    }

    @Test("Who reads the beginning finds about that share of the documents")
    func truncation() async throws {
        let settings = LongEmbedSettings(lengths: [600], documents: 40, cases: 40, seed: 3)
        for score in try await Self.scores(WordCounter(window: 150), settings) {
            #expect((0.1...0.5).contains(score.score.score), "\(score.task): \(score.score.score)")
            #expect(score.cutDocuments == 40)
        }
    }

    @Test(
        "Documents have the tokens that were asked for, or a sentence less, and the same seed makes the same",
        arguments: LongEmbedTask.allCases)
    func lengths(task: LongEmbedTask) throws {
        let subject = WordCounter(), hay = try SentenceHay(Self.texts, tokens: 900, subject: subject)
        for length in [64, 300, 900] {
            let material = try task.material(length: length, documents: 20, seed: 5, prefix: "text: ", essay: hay, subject: subject)
            let counts = material.documents.map { subject.tokenCount(of: $0) + 3 }
            #expect(counts.allSatisfy { $0 <= length && $0 > length - 60 }, "\(counts)")
            let again = try task.material(length: length, documents: 20, seed: 5, prefix: "text: ", essay: hay, subject: subject)
            let other = try task.material(length: length, documents: 20, seed: 6, prefix: "text: ", essay: hay, subject: subject)
            #expect(material.documents == again.documents && material.questions == again.questions && material.documents != other.documents)
            #expect(Set(material.questions).count == 20)
        }
        #expect(throws: EvaluationError.self) {
            try task.material(length: 8, documents: 2, seed: 5, prefix: nil, essay: hay, subject: subject)
        }
    }

    @Test("More documents than names, and more questions than documents, are refused")
    func limits() {
        #expect(throws: EvaluationError.self) {
            try LongEmbedRun(WordCounter(), settings: LongEmbedSettings(lengths: [64], documents: 401, cases: 1), texts: Self.texts)
        }
        #expect(throws: EvaluationError.self) {
            try LongEmbedRun(WordCounter(), settings: LongEmbedSettings(lengths: [64], documents: 5, cases: 6), texts: Self.texts)
        }
    }

    @Test("The mean cosine is that of all pairs")
    func pairs() {
        var random = SeededGenerator(seed: 8)
        let vectors = (0..<9).map { _ in (0..<6).map { _ in Float.random(in: -1...2, using: &random) } }
        let score = CollapseRun.score(vectors, length: 7)
        var cosines: [Double] = []
        for one in 0..<9 { for other in 0..<one { cosines.append(vectors[one].cosine(to: vectors[other])) } }
        #expect(abs(score.meanCosine - cosines.reduce(0, +) / 36) < 1e-9 && score.length == 7 && score.texts == 9)
        let same = CollapseRun.score(Array(repeating: [3, 4], count: 4), length: 1)
        #expect(abs(same.meanCosine - 1) < 1e-12 && same.meanDistance < 1e-12)
    }

    @Test("Longer stretches share more words, so their vectors are more alike")
    func collapse() async throws {
        var scores: [CollapseScore] = []
        try await CollapseRun(WordCounter(), lengths: [10, 40, 160], count: 10, texts: Self.texts)
            .perform(progress: { _ in }, cancellation: Cancellation()) { scores.append($0) }
        #expect(scores.map(\.length) == [10, 40, 160] && scores.allSatisfy { $0.texts == 10 })
        #expect(scores[0].meanCosine < scores[1].meanCosine && scores[1].meanCosine < scores[2].meanCosine)
        #expect(scores[0].meanDistance > scores[2].meanDistance)
    }

    @Test("A tiny encoder goes through both, of texts that it has to cut")
    func encoder() async throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(encoderNamed: "bert").write(to: folder.path, tokenizer: true)
        let embedder = try Embedder(at: folder.path, pooling: .mean, threads: 2)
        var scores: [LongEmbedScore] = []
        let settings = LongEmbedSettings(tasks: [.passkey], lengths: [96, 200], documents: 3, cases: 2)
        try await LongEmbedRun(embedder, settings: settings, texts: Self.texts)
            .perform(progress: { _ in }, cancellation: Cancellation()) { scores.append($0) }
        #expect(scores.map(\.cutDocuments) == [0, 3])
    }
}
