import ArgumentParser
import Diagnostics
import Generation
import Retrieval

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

            The method segments keeps nothing of a text, so its figures are those of one question: prefill is the rate at which the text is \
            gone over and what is kept of it read again, decode is behind the segments that are kept.

            With --prompts so many prompts of many lengths are read in place of all that: one by one, in padded batches as they come and \
            sorted by length, and packed without padding. Rates count the tokens of prompts alone. Of an encoder this is measured only.

            With --json: {"model", "threads", "results": [{"test", "tokens", "depth", "method", "positions", "tokens_per_second", \
            "tokens_per_second_of_each", "peak_memory_bytes", "keys_visited", "keys_compared"}]}, and with --compare also "comparisons": [{"test", \
            "tokens", "depth", "method", "to", "ratio", "ratio_of_each"}]. The peak is that of the process so far. With --prompts: {"prompts", "shortest", "longest", "batch", \
            "tokens", "ways": [{"way", "rows", "tokens_per_second", "tokens_per_second_of_each", "ratio_to_one_by_one"}]}.

            EXAMPLES
              apus bench --model model.gguf
              apus bench --model model.gguf --prefill 512,4096 --decode 32 --depth 0,4096 --repeat 5
              apus bench --model model.gguf --depth 65536 --compare streaming:4:4092
              apus bench --model model.gguf --prompts 64 --lengths 8,512
              apus bench --model all-MiniLM-L6-v2 --prompts 256 --lengths 8,256 --batch 32
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

    @Option(help: ArgumentHelp("Prompts to read together, in place of the other measurements.", valueName: "n"))
    var prompts: Int?

    @Option(help: ArgumentHelp("The shortest and the longest of them.", valueName: "n,n"))
    var lengths = NumberList([8, 512])

    @Option(help: ArgumentHelp("Prompts that are padded to one length.", valueName: "n"))
    var batch = 8

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if decode < 0 { throw ValidationError("--decode must be at least 0, not \(decode).") }
        if repeats < 1 { throw ValidationError("--repeat must be at least 1, not \(repeats).") }
        if let prompts, prompts < 1 { throw ValidationError("--prompts must be at least 1, not \(prompts).") }
        if batch < 1 { throw ValidationError("--batch must be at least 1, not \(batch).") }
        guard lengths.numbers.count == 2, lengths.numbers[0] >= 1, lengths.numbers[0] < lengths.numbers[1] else {
            throw ValidationError("--lengths must be two numbers, the shortest length and a longer one, as in 8,512.")
        }
        if tests.isEmpty { throw ValidationError("With --prefill 0 and --decode 0 there is nothing to measure.") }
    }

    func run() async throws {
        let notes = common.notes, output = StandardOutput()
        if try Embedder.isEncoder(at: modelOptions.path()) { return try await measureEncoder(output) }
        let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
        let chosen = try reading.completed(for: model, use: .everything, notes: notes).options()
        if let prompts { return try await measurePacking(prompts, chosen, model, output) }
        var results = BenchResults(model: model.path, threads: model.threads)
        if !common.json { try output.write(BenchTable.heading) }
        try await Interruption.guarding(notes: notes) { cancellation in
            for test in tests {
                let measured = try await measure(test, chosen, model: model, cancellation: cancellation)
                results.add(measured)
                if !common.json { try output.write(BenchTable.rows(measured)) }
            }
        }
        if common.json { try output.write(results.json) }
    }

    private func measurePacking(_ prompts: Int, _ reading: ReadingOptions, _ model: Model, _ output: StandardOutput) async throws {
        try await show(packingTest(prompts, reading: reading), output) { try await model.measure($0, cancellation: $1) }
    }

    /// An encoder reads whole texts only.
    private func measureEncoder(_ output: StandardOutput) async throws {
        guard let prompts else {
            throw CommandFailure.usage(
                "The model is an encoder, which writes nothing; measure with --prompts how fast it reads many texts.")
        }
        let chosen = [reading.method, reading.positions, reading.cacheType, reading.profile, compare]
        guard chosen.allSatisfy({ $0 == nil }), reading.contextLength == nil, reading.memoryLimit == nil else {
            throw CommandFailure.usage("How a text is read cannot be chosen for an encoder here; leave those options out.")
        }
        // Of pooled states only the mean needs them all.
        let embedder = try Embedder(at: modelOptions.path(), pooling: .mean, threads: common.threads)
        try await show(packingTest(prompts), output) { try await embedder.measure($0, cancellation: $1) }
    }

    private func packingTest(_ prompts: Int, reading: ReadingOptions = ReadingOptions()) -> PackingTest {
        PackingTest(
            prompts: prompts, lengths: lengths.numbers[0]...lengths.numbers[1], batch: batch, repeats: repeats, reading: reading)
    }

    private func show(
        _ test: PackingTest, _ output: StandardOutput, _ measure: (PackingTest, Cancellation) async throws -> [PackingResult]
    ) async throws {
        var results: [PackingResult] = []
        try await Interruption.guarding(notes: common.notes) { cancellation in
            do {
                results = try await measure(test, cancellation)
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted while measuring")
            }
        }
        let listing = PackingListing(test: test, results: results)
        if common.json { try output.write(listing.json) } else { try output.write(listing.text) }
    }

    /// All that is to be measured, one result of each method.
    private var tests: [BenchTest] {
        depth.numbers.flatMap { depth in
            prefill.numbers.filter { $0 > 0 }.map { BenchTest(kind: .prefill, tokens: $0, depth: depth) }
                + (decode > 0 ? [BenchTest(kind: .decode, tokens: decode, depth: depth)] : [])
        }
    }

    /// - Returns: the result of each method; the same number of measurements in each, taken in turn.
    private func measure(
        _ test: BenchTest, _ first: ReadingOptions, model: Model, cancellation: Cancellation
    ) async throws -> [BenchResult] {
        guard let compare else {
            return [try await test.measure(first, repeats: repeats, model: model, cancellation: cancellation)]
        }
        var second = first
        second.method = AttentionMethod(compare)
        var results: [BenchResult] = []
        for round in 0..<repeats {
            var pair: [BenchResult] = []
            for reading in [first, second] {
                pair.append(
                    try await test.measure(reading, repeats: 1, warmsUp: round == 0, model: model, cancellation: cancellation))
            }
            results = results.isEmpty ? pair : zip(results, pair).map { $0.adding($1) }
        }
        return results
    }
}
