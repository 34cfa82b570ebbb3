import ApusTesting
import Diagnostics
import Testing

@testable import ApusCommand
@testable import Generation

@Suite("How measurements are told")
struct MeasuringTests {
    private func result(_ method: String, _ rates: [Double], peak: Int = 1 << 20) -> BenchResult {
        BenchResult(test: .decode, tokens: 32, depth: 4096, method: method, rates: rates, peakMemoryBytes: peak, keysVisited: 512)
    }

    @Test(
        "The speed is the median of the measurements", arguments: [([3, 1, 2], 2), ([4, 1, 2, 3], 2.5), ([7], 7)] as [([Double], Double)])
    func median(rates: [Double], median: Double) {
        #expect(result("full", rates).rate == median)
        #expect(result("full", []).rate.isNaN)
    }

    @Test("Measurements of several runs are put together in their order")
    func adding() {
        let sum = result("full", [1]).adding(result("full", [3, 2], peak: 1 << 21))
        #expect(sum.rates == [1, 3, 2] && sum.peakMemoryBytes == 1 << 21)
    }

    @Test("Two methods are compared measurement by measurement")
    func comparison() {
        let comparison = BenchComparison([result("full", [10, 20, 40]), result("sliding:8", [20, 60, 40])])
        #expect(comparison?.ratios == [2, 3, 1] && comparison?.ratio == 2)
        #expect(BenchComparison([result("full", [1])]) == nil)
    }

    @Test("The JSON form of bench has the promised keys, and comparisons only where there are any")
    func benchJSON() {
        var results = BenchResults(model: "m.gguf", threads: 2)
        results.add([result("full", [10, 30])])
        #expect(
            results.json == [
                "model": "m.gguf", "threads": 2,
                "results": [
                    [
                        "test": "decode", "tokens": 32, "depth": 4096, "method": "full", "positions": "model", "tokens_per_second": 20.0,
                        "tokens_per_second_of_each": [10.0, 30.0], "peak_memory_bytes": 1_048_576, "keys_visited": 512, "keys_compared": 0,
                    ]
                ],
            ])
        results.add([result("full", [10]), result("sliding:8", [15])])
        let comparison: JSON = [
            "test": "decode", "tokens": 32, "depth": 4096, "method": "sliding:8", "to": "full", "ratio": 1.5, "ratio_of_each": [1.5],
        ]
        guard case .object(let members) = results.json else { return }
        #expect(members["comparisons"] == [comparison])
    }

    @Test("Lines of bench stand under their heading, and a comparison follows its two")
    func benchTable() {
        let lines = BenchTable.rows([result("full", [10]), result("sliding:8", [15])]).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].count + 1 == BenchTable.heading.count)
        #expect(lines[0].hasPrefix("decode           32      4,096  full "))
        #expect(lines[2] == "  sliding:8 to full: 1.50 times as fast (each: 1.50)")
    }

    private let perplexity = PerplexityReport(
        buckets: [.init(firstPosition: 0, tokens: 3, meanLoss: 2), .init(firstPosition: 4, tokens: 1, meanLoss: 6)], method: "full",
        positions: "model")

    @Test("The JSON form of perplexity has the promised keys")
    func perplexityJSON() {
        let json = PerplexityListing(report: perplexity).json
        guard case .object(let members) = json, case .array(let buckets) = members["buckets"] else { return }
        #expect(members.keys.sorted() == ["buckets", "mean_loss", "method", "perplexity", "positions", "tokens"])
        #expect(members["mean_loss"] == 3.0 && members["tokens"] == 4 && members["positions"] == "model")
        #expect(buckets.count == 2)
        guard case .object(let bucket) = buckets[1] else { return }
        #expect(bucket.keys.sorted() == ["first_position", "mean_loss", "perplexity", "tokens"])
        #expect(bucket["first_position"] == 4)
    }

    @Test("Perplexity is told with a table, and drawn where that can be seen")
    func perplexityText() {
        let listing = PerplexityListing(report: perplexity)
        #expect(
            listing.text(sparklineColumns: 80).hasPrefix("Perplexity 20.086, mean loss 3.0000 nats over 4 tokens, read with full\n▁█\n"))
        #expect(!listing.text(sparklineColumns: nil).contains("▁"))
        #expect(listing.text(sparklineColumns: nil).contains("            4      1    6.0000    403.429\n"))
    }

    @Test(
        "A sparkline runs from the lowest value to the highest",
        arguments: [
            ([0.0, 7, 3], 9, "▁█▄"), ([5, 5], 9, "▅▅"), ([1, .nan, 2], 9, "▁ █"), ([], 9, ""), ([.nan], 9, ""), ([1, 2], 0, ""),
            ([0, 2, 6, 8], 2, "▁█"), ([0, 0, 9, 0, 0], 3, "▁█▁"),
        ] as [([Double], Int, String)])
    func sparkline(values: [Double], columns: Int, text: String) {
        #expect(Sparkline.text(values, columns: columns) == text)
    }

    @Test("What was saved is told in one line, and in JSON")
    func saved() throws {
        let report = SavedReport(
            folder: "b.reading", tokens: 3000, reused: 1000, bytes: 2048, method: "full", positions: "model", seconds: 4)
        #expect(
            report.json == [
                "reading": "b.reading", "tokens": 3000, "reused": 1000, "bytes": 2048, "method": "full", "positions": "model",
                "seconds": 4.0,
            ])
        #expect(
            report.note
                == "b.reading holds 3,000 tokens (1,000 of them before) in 2.00 KiB, read with full in 4.0 s, 500 tokens/s")
        let progress = Progress("Reading", completed: 1500, total: 3000)
        #expect(SavedReport.interrupted(folder: "b.reading", at: progress).contains("keeps 1,500 of 3,000 tokens"))
        #expect(SavedReport.interrupted(folder: "b.reading", at: nil) == "interrupted before the text was read")
    }

    @Test("The size of a folder is that of its files")
    func folderBytes() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(repeating: 1, count: 10), as: "a")
        _ = try folder.write(Array(repeating: 1, count: 5), as: "b")
        #expect(SavedReport.bytes(in: folder.path) == 15)
        #expect(SavedReport.bytes(in: folder.file("none")) == 0)
    }

    @Test("A watch passes progress on and keeps the latest")
    func watch() {
        let first = ProgressWatch { _ in }
        let watch = ProgressWatch(first.handler)
        #expect(watch.latest == nil)
        for count in [1, 2] { watch.handler(Progress("Reading", completed: count, total: 2)) }
        #expect(watch.latest?.completed == 2 && first.latest?.completed == 2)
    }

    @Test("The next tokens are listed as text and as JSON")
    func nextTokens() {
        let listing = NextTokenListing(tokens: [NextToken(id: 5, text: "\tü", logProbability: -0.5)])
        #expect(listing.text == "5\t\"\\tü\"\t-0.5000\n")
        #expect(listing.json == ["logits": [["id": 5, "text": "\tü", "log_probability": -0.5]]])
    }
}
