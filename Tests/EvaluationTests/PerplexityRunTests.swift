import ApusTesting
import Diagnostics
import Documents
import Foundation
import Generation
import Testing
import Training

@testable import Evaluation

@Suite("Perplexity by position")
struct PerplexityRunTests {
    private let folder: TemporaryFolder
    private let model: Model
    private let text: CorpusText

    init() throws {
        folder = try TemporaryFolder()
        let path = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 2048)
            .write(to: folder.file("tiny.gguf"))
        model = try Model(at: path, threads: 2)
        text = HarbourLog(words: 4_000, seed: 3).corpusText
    }

    private func run(_ path: String, length: Int = 700, segments: Int = 4) -> PerplexityRun {
        PerplexityRun(
            model: model, reading: ReadingOptions(), settings: PerplexitySettings(length: length, segments: segments), texts: [text],
            folder: folder.file(path))
    }

    @Test("Bands double, and every position lies in one")
    func bands() {
        #expect([0, 255, 256, 511, 512, 1023, 1024, 4096].map { PositionBand(position: $0).number } == [0, 0, 1, 1, 2, 2, 3, 5])
        #expect((0..<6).map { PositionBand(number: $0).firstPosition } == [0, 256, 512, 1024, 2048, 4096])
    }

    @Test("Bands hold the losses of their positions; together they are the mean of all")
    func report() async throws {
        let report = try await run("r").perform().report
        #expect(report.segments == 4 && report.bands.map(\.firstPosition) == [0, 256, 512])
        #expect(report.tokens == 4 * 699 && report.bands.map(\.tokens) == [4 * 255, 4 * 256, 4 * 188])
        let weighted = report.bands.reduce(0) { $0 + $1.meanLoss * Double($1.tokens) } / Double(report.tokens)
        #expect(abs(weighted - report.meanLoss) < 1e-12 && abs(report.perplexity - exp(report.meanLoss)) < 1e-9)
        #expect(report.bands.allSatisfy { $0.interval[0] <= $0.perplexity + 1e-9 && $0.perplexity <= $0.interval[1] + 1e-9 })
        // One segment is what `perplexity` says of its text.
        let alone = try await run("one", segments: 1).perform().report
        let tokens = model.tokenizer.encode(text.bytes), beginning = model.tokenizer.addsBOS ? [model.tokenizer.bos].compactMap { $0 } : []
        let expected = try await model.perplexity(
            ofTokens: beginning + tokens.prefix(700 - beginning.count), name: "text", bucket: 1024, options: ReadingOptions())
        #expect(abs(alone.meanLoss - expected.meanLoss) < 1e-9)
        let page = try String(contentsOfFile: folder.file("r/report.html"), encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("bits a byte") && !page.contains("http"))
    }

    @Test("Reports of several runs make one picture, which says what is wrong where they do not")
    func curves() async throws {
        _ = try await run("a").perform()
        _ = try await run("b", segments: 2).perform()
        let folders = ["a", "b"].map(folder.file), picture = try ReportCurves(folders: folders).file
        #expect(picture.hasPrefix("<svg xmlns=") && picture.components(separatedBy: "<polyline").count == 3 && picture.contains(">full<"))
        #expect(throws: EvaluationError.self) { try ReportCurves(folders: [folders[0], folder.file("nowhere")]) }
        _ = try await run("short", length: 200).perform()
        #expect(throws: EvaluationError.self) { try ReportCurves(folders: [folder.file("short")]) }
    }

    @Test("A run that was stopped goes on, and its report is the same to the byte")
    func resumes() async throws {
        _ = try await run("whole").perform()
        let cancellation = Cancellation()
        await #expect(throws: Interrupted.self) {
            try await run("cut").perform(progress: { if $0.completed >= 2 { cancellation.cancel() } }, cancellation: cancellation)
        }
        _ = try await run("cut").perform()
        for name in ["report.json", "report.html"] {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: folder.file("cut/\(name)")))
                    == Data(contentsOf: URL(fileURLWithPath: folder.file("whole/\(name)"))))
        }
    }

    @Test("Texts that are shorter than a segment are refused")
    func tooShort() async {
        await #expect(throws: EvaluationError.self) { try await run("r", length: 1_000_000).perform() }
    }
}
