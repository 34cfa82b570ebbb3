import ArgumentParser
import Diagnostics
import Generation

/// `apus bench`: how fast a model reads and writes.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast a model reads and writes.",
        discussion: """
            Measures prefill, reading a prompt of a length at once, and decode, generating token after token, each behind as many cached \
            tokens as --depth says. Every figure is the median of the repetitions, after one that warms up. Results are printed as they \
            come.

            With --compare both methods run in turn, so that whatever else the machine does meets both alike; the ratio is the speed of \
            the second method over that of the first.

            With --json: {"model", "threads", "results": [{"test", "tokens", "depth", "method", "positions", "tokens_per_second", \
            "tokens_per_second_of_each", "peak_memory_bytes", "keys_visited"}]}, and with --compare also "comparisons": [{"test", \
            "tokens", "depth", "method", "to", "ratio", "ratio_of_each"}]. The peak is that of the process so far.

            EXAMPLES
              apus bench --model model.gguf
              apus bench --model model.gguf --prefill 512,4096 --decode 32 --depth 0,4096 --repeat 5
              apus bench --model model.gguf --depth 65536 --compare streaming:4:4092
            """)

    @Option(help: ArgumentHelp("Lengths of prompts to read; 0 for none.", valueName: "n,…"))
    var prefill = NumberList([512])

    @Option(help: ArgumentHelp("Tokens to generate; 0 for none.", valueName: "n"))
    var decode = 32

    @Option(help: ArgumentHelp("How many tokens stand in the cache before.", valueName: "n,…"))
    var depth = NumberList([0])

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Measurements of each figure.", valueName: "n"))
    var repeats = 3

    @Option(help: ArgumentHelp("A second method, measured in turn with the first.", valueName: "method"))
    var compare: String?

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if decode < 0 { throw ValidationError("--decode must be at least 0, not \(decode).") }
        if repeats < 1 { throw ValidationError("--repeat must be at least 1, not \(repeats).") }
        if tests.isEmpty { throw ValidationError("With --prefill 0 and --decode 0 there is nothing to measure.") }
    }

    func run() async throws {
        let notes = common.notes, output = StandardOutput()
        let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
        var results = BenchResults(model: model.path, threads: model.threads)
        if !common.json { try output.write(BenchTable.heading) }
        try await Interruption.guarding(notes: notes) { cancellation in
            for test in tests {
                let measured = try await measure(test, model: model, cancellation: cancellation)
                results.add(measured)
                if !common.json { try output.write(BenchTable.rows(measured)) }
            }
        }
        if common.json { try output.write(results.json) }
    }

    /// All that is to be measured, one result of each method.
    private var tests: [BenchTest] {
        depth.numbers.flatMap { depth in
            prefill.numbers.filter { $0 > 0 }.map { BenchTest(kind: .prefill, tokens: $0, depth: depth) }
                + (decode > 0 ? [BenchTest(kind: .decode, tokens: decode, depth: depth)] : [])
        }
    }

    /// - Returns: the result of each method; the same number of measurements in each, taken in turn.
    private func measure(_ test: BenchTest, model: Model, cancellation: Cancellation) async throws -> [BenchResult] {
        let first = try reading.completed(for: model, use: .everything, notes: Notes(isQuiet: true)).options()
        guard let compare else {
            return [try await test.measure(first, repeats: repeats, model: model, cancellation: cancellation)]
        }
        var second = first
        second.method = AttentionMethod(compare)
        var results: [BenchResult] = []
        for _ in 0..<repeats {
            let pair = [
                try await test.measure(first, repeats: 1, model: model, cancellation: cancellation),
                try await test.measure(second, repeats: 1, model: model, cancellation: cancellation),
            ]
            results = results.isEmpty ? pair : zip(results, pair).map { $0.adding($1) }
        }
        return results
    }
}
