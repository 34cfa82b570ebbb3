import ApusTesting
import Diagnostics
import Foundation
import Models
import Tensors
import Testing
import Tokenizers

@testable import Training

@Suite("Measuring how models look things up")
struct BenchmarkTests {
    private let tokenizer: Tokenizer
    private let filler: Filler

    init() throws { (tokenizer, filler) = try CorpusFixture.filler() }

    private func benchmark(_ kind: LookupEvaluation, areChanged: Bool = false) throws -> LookupBenchmark {
        try LookupBenchmark(kind, count: 40, length: 384, tokenizer: tokenizer, filler: filler, areChanged: areChanged)
    }

    /// Says what is right.
    private struct Knowing: AnswerPredictor {
        func predictions(of batch: PackedBatch) -> [Int32] {
            batch.targets.indices.filter { batch.weights[$0] > 0 }.map { batch.targets[$0] }
        }
    }

    /// Says of everything that the text does not say it.
    private struct Refusing: AnswerPredictor {
        let words: [Int32]

        func predictions(of batch: PackedBatch) -> [Int32] {
            batch.ranges.flatMap { rows -> [Int32] in
                let count = rows.count { batch.weights[$0] > 0 }
                return (0..<count).map { words[$0 % words.count] }
            }
        }
    }

    /// Says what it remembers of other texts that began alike.
    private struct Remembering: AnswerPredictor {
        let batches: [PackedBatch]

        func predictions(of batch: PackedBatch) -> [Int32] {
            batches.first { $0.tokens.prefix(24) == batch.tokens.prefix(24) }.map { Knowing().predictions(of: $0) } ?? []
        }
    }

    @Test("Who knows all answers has them all right, at every depth", arguments: LookupEvaluation.allCases)
    func knowing(kind: LookupEvaluation) throws {
        var told: [Int] = []
        let score = try benchmark(kind).score(Knowing(), tokensPerBatch: 1000) { told.append($0) }
        #expect(score.total == .init(cases: 40, correct: 40) && score.refused == 0)
        #expect(told.last == 40 && told == told.sorted())
        // A value that begins a paragraph may be other tokens than behind a space.
        let placed = score.byDepth.reduce(0) { $0 + $1.cases }
        #expect(kind == .refusals ? placed == 0 : (25...40).contains(placed))
        #expect(score.byDepth.allSatisfy { $0.correct == $0.cases })
    }

    @Test("Who refuses everything is right where there is no answer, and is told to refuse elsewhere")
    func refusing() throws {
        let refusing = Refusing(words: tokenizer.encode(" The text does not say.") + [tokenizer.id(ofSpecial: QuestionFrame.end) ?? 0])
        #expect(try benchmark(.refusals).score(refusing, tokensPerBatch: 1).total.accuracy == 1)
        let score = try benchmark(.passkeys).score(refusing, tokensPerBatch: 1)
        #expect(score.total.accuracy == 0 && score.refused == 40)
    }

    @Test("With exchanged values the text says something else, which who remembers does not see", arguments: [LookupEvaluation.passkeys])
    func changed(kind: LookupEvaluation) throws {
        let changed = try benchmark(kind, areChanged: true)
        #expect(changed.count > 30)
        #expect(try changed.score(Knowing(), tokensPerBatch: 1).total.accuracy == 1)
        let batches = try kind.cases(count: 40, length: 384, tokenizer: tokenizer, filler: filler).packed(tokensPerBatch: 1)
        #expect(try changed.score(Remembering(batches: batches), tokensPerBatch: 1).total.correct == 0)
    }

    @Test("The engine and training say the same and come to the same loss")
    func engine() throws {
        let folder = try TemporaryFolder(), path = try TinyModel().write(to: folder.file("tiny.gguf"))
        let compute = Compute(pool: WorkerPool(threads: 1))
        let opened = try OpenedModel(path: path)
        let engine = try EnginePredictor(Models.Decoder(opened, compute: compute))
        let trained = try TrainedDecoder(source: opened.source, compute: compute, options: TrainingOptions(precision: .float32))
        var random = CorpusRandom(seed: 2), batch = PackedBatch()
        for count in [20, 9] {
            batch.append((0..<count).map { _ in Int32(3 + random.below(200)) }, weights: (1..<count).map { $0 % 3 == 0 ? 1 : 0 })
        }
        // The engine keeps keys and values in half precision, which may turn a near tie.
        let said = try engine.predictions(of: batch), expected = try trained.predictions(of: batch)
        #expect(said.count == expected.count && zip(said, expected).count { $0 == $1 } >= expected.count - 1)
        #expect(try abs(engine.loss(of: batch).mean - trained.loss(of: batch).mean) < 0.01)
    }

    @Test("Bits per byte count every byte but the first token's")
    func text() throws {
        let folder = try TemporaryFolder(), path = try TinyModel().write(to: folder.file("tiny.gguf"))
        let decoder = try Models.Decoder(OpenedModel(path: path), compute: Compute(pool: WorkerPool(threads: 1)))
        let text = CorpusText(name: "text", bytes: Array("The keeper has the key.".utf8))
        let score = try TextBenchmark(text, tokenizer: decoder.tokenizer, length: 5).score(EnginePredictor(decoder))
        let tokens = decoder.tokenizer.encode(text.bytes), first = decoder.tokenizer.decode(Array(tokens.prefix(1)))
        #expect(score.tokenCount == tokens.count - 1 && score.byteCount == decoder.tokenizer.decode(tokens).count - first.count)
        #expect(abs(score.bitsPerByte - score.loss.sum / log(2) / Double(score.byteCount)) < 1e-12 && score.bitsPerByte > 1)
    }
}
