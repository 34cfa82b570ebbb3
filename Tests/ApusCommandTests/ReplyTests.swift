import ApusTesting
import Foundation
import Testing

@testable import ApusCommand
@testable import Generation

@Suite("How replies are told")
struct ReplyTests {
    private var report: GenerationReport {
        var report = GenerationReport()
        report.text = "The miller."
        report.tokens.prompt = 1200
        report.tokens.reused = 1000
        report.tokens.dropped = 64
        report.tokens.visited = 900
        report.tokens.generated = 5
        report.timing.readSeconds = 2
        report.timing.firstTokenSeconds = 2.5
        report.timing.tokensPerSecond = 20
        report.sources = [Passage(file: "book.txt", start: 3, end: 8, text: "a\nkey", weight: 0.25)]
        report.method = "full"
        report.stopReason = .endOfText
        return report
    }

    @Test("The JSON form has the promised keys and no others")
    func json() {
        #expect(
            ReplyReport(report).json == [
                "text": "The miller.",
                "tokens": ["prompt": 1200, "reused": 1000, "dropped": 64, "visited": 900, "generated": 5],
                "timing": ["read_seconds": 2.0, "first_token_seconds": 2.5, "tokens_per_second": 20.0],
                "sources": [["file": "book.txt", "start": 3, "end": 8, "text": "a\nkey", "weight": 0.25]],
                "method": "full", "positions": "model", "stop_reason": "end_of_text",
            ])
    }

    @Test("A reply that was stopped has the same keys")
    func interrupted() {
        guard case .object(let whole) = ReplyReport(report).json, case .object(let stopped) = ReplyReport.interrupted(text: "The mi")
        else {
            Issue.record("no objects")
            return
        }
        #expect(stopped.keys.sorted() == whole.keys.sorted())
        #expect(stopped["text"] == "The mi" && stopped["stop_reason"] == "interrupted")
    }

    @Test("A text that the same command has read is not counted as reused, and its time is")
    func readBySameCommand() {
        var report = ReplyReport(report)
        report.addReading(tokens: 1000, seconds: 8)
        #expect(report.tokens.reused == 0 && report.tokens.prompt == 1200)
        #expect(report.timing.readSeconds == 10 && report.timing.firstTokenSeconds == 10.5)
        #expect(report.note.hasPrefix("1,200 tokens read in 10 s (120 tokens/s); "))
    }

    @Test("The note tells of every token, and of a reply that was cut off")
    func note() {
        #expect(
            ReplyReport(report).note
                == "200 tokens read in 2.0 s (100 tokens/s), 1,000 reused; 900 visited, 64 dropped; 5 generated (20.0 tokens/s)")
        var cut = report
        cut.stopReason = .length
        #expect(ReplyReport(cut).note.hasSuffix("5 generated (20.0 tokens/s), cut off there by --max-tokens"))
        #expect(ReplyReport(GenerationReport()).note.hasPrefix("0 tokens read in 0.00 s; 0 visited"))
    }

    @Test("Sources stand in columns, one line each, whatever is in the passage")
    func sourceLines() {
        let passages = [
            Passage(file: "book.txt", start: 10, end: 42, text: "In\n  the\r\nbox\u{1B}[2J", weight: 0.1234),
            Passage(file: "a.txt", start: 5, end: 9, text: "key", weight: 1),
        ]
        #expect(
            SourceLines(passages: passages).lines == [
                #"book.txt 10-42   12.3%  In the box\u{1B}[2J"#,
                "a.txt 5-9       100.0%  key",
            ])
    }

    @Test("Source lines are cut to the width of the terminal", arguments: [(20, "a.txt 0-9  5.0%  ab…"), (1, "…"), (0, "")])
    func cutSourceLines(columns: Int, line: String) {
        let passages = [Passage(file: "a.txt", start: 0, end: 9, text: "abcdefgh", weight: 0.05)]
        #expect(SourceLines(passages: passages, columns: columns).lines == [line])
        #expect(SourceLines(passages: passages, columns: 25).lines == ["a.txt 0-9  5.0%  abcdefgh"])
        #expect(SourceLines(passages: passages, columns: 20, isUnicode: false).lines == ["a.txt 0-9  5.0%  ab~"])
        #expect(SourceLines(passages: []).lines.isEmpty)
    }

    @Test("Pieces go to the output as they come, and with JSON none does", arguments: [true, false])
    func relay(isStreaming: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([], as: "out")
        let file = try #require(FileHandle(forWritingAtPath: path))
        let output = StandardOutput(file: FileDescriptor(number: file.fileDescriptor))
        var printer = ReplyPrinter(output: output, isStreaming: isStreaming)
        let report = report
        let pieces = AsyncThrowingStream<GeneratedPiece, any Error> { continuation in
            for text in ["The ", "miller."] { continuation.yield(GeneratedPiece(text: text, report: nil)) }
            continuation.yield(GeneratedPiece(text: "", report: report))
            continuation.finish()
        }
        #expect(try await printer.relay(pieces).text == "The miller.")
        try printer.endLine()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == (isStreaming ? "The miller." : ""))
        try printer.separate()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == (isStreaming ? "The miller.\n" : ""))
        #expect(printer.text == "The miller.")
    }

    @Test("A stream that ends without a report was cancelled")
    func withoutReport() async {
        var printer = ReplyPrinter(isStreaming: false)
        let pieces = AsyncThrowingStream<GeneratedPiece, any Error> { $0.finish() }
        await #expect(throws: CancellationError.self) { try await printer.relay(pieces) }
    }
}
