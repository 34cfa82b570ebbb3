import ArgumentParser
import BuiltInModel
import Diagnostics
import Generation
import KeyValues
import Models
import Planning

/// `apus plan`: what a model costs, before anything is loaded.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Tell what a model costs, before anything is loaded.",
        discussion: """
            From a model's header alone, or from figures of one (--shape), and what is known of a machine: the bytes of weights, keys and \
            values, the most memory, the time to the first token, tokens a second, how many users fit, what it takes to switch between \
            two, and what the machine waits for. This machine is measured at the first use, in seconds, and the rates are kept; --measure \
            does it anew. docs/planning.md has the formulae.

            With --json: {"model", "machine", "weights_bytes", "balance_tokens", "plans": [{"length", "method", "cache_type", \
            "cache_bytes_per_token", "cache_bytes", "peak_bytes", "prefill_seconds", "first_token_seconds", "decode_tokens_per_second", \
            "concurrent_users", "switch_seconds", "prefill_bound", "decode_bound", "compute_bound_users", "reasons"}]}.

            EXAMPLES
              apus plan model.gguf --length 4096,32768 --method full,streaming:4:4092 --cache-type bf16,q8
              apus plan model.gguf --machine H100 --length 131072 -o roofline.svg
              apus plan --shape \(ModelFigures.usage.replacingOccurrences(of: "=N", with: "=…")) --machine A100 --length 50000
              apus plan --measure
            """)

    @Argument(
        help: ArgumentHelp(
            "The model: a GGUF file, or a folder in the layout of Hugging Face. (default: the built-in model)", valueName: "model"),
        completion: .file(extensions: ["gguf"]))
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Figures in place of a model: \(ModelFigures.usage), and if need be active=N (of the parameters) and type=T (bf16).",
            valueName: "figures"))
    var shape: String?

    @Option(help: ArgumentHelp("Lengths of texts, in tokens.", valueName: "n,…"))
    var length = NumberList([4096, 32_768, 131_072])

    @Option(help: ArgumentHelp("Methods, as they are written elsewhere.", valueName: "method,…"))
    var method = TextList(["full"])

    @Option(help: ArgumentHelp("How keys and values are kept.", valueName: "type,…"))
    var cacheType = TextList(["bf16"])

    @Flag(help: "Measure this machine anew: for a model that is named what it needs, else what most need.")
    var measure = false

    @Flag(help: "Count attention as the paper on deploying long contexts does, about half of what is computed.")
    var paper = false

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Draw the machine's roofline into this file.", valueName: "svg"),
        completion: .file(extensions: ["svg"]))
    var output: String?

    @OptionGroup(title: "The machine")
    var machine: MachineArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if path != nil, shape != nil { throw ValidationError("Name a model or give its figures with --shape, not both.") }
        if let length = length.numbers.first(where: { !(1...1 << 30).contains($0) }) {
            throw ValidationError("--length must be at least 1 and at most \(1 << 30), not \(length).")
        }
        if measure, !machine.isOwn { throw ValidationError("--measure is for this machine; leave --machine out.") }
    }

    func run() async throws {
        if measure, path == nil, shape == nil { return try await showRates() }
        let caches = try cacheType.texts.map { text throws(CacheTypeError) in try CacheTypes(text) }
        let model = try model(), wanted = MachineMeter.Wanted(model, caches: caches)
        let programBytes = try machine.isOwn && shape == nil ? own.programBytes(wanted) : 0
        let measured = machine.isOwn ? try await measured(wanted) : nil
        let planner = try Planner(
            model, machine: machine.resolved(measured: measured), chunkTokens: Model.chunkTokens, programBytes: programBytes,
            counting: paper ? .paper : .exact)
        let plans = try length.numbers.flatMap { length in
            try method.texts.flatMap { method in
                try caches.map { try planner.plan(length: length, method: method, cache: $0) }
            }
        }
        let report = PlanReport(planner: planner, plans: plans)
        if let output { try report.roofline.write(to: output) }
        if common.json { try StandardOutput().write(report.json) } else { try StandardOutput().write(report.text) }
    }

    /// The tokenizer is opened too where there is one, since it takes memory in this program as it will then.
    private func model() throws -> any PlannedModel {
        if let shape { return try ModelFigures(shape).model }
        let path = try path ?? BuiltInModel.path()
        guard let opened = try? OpenedModel(path: path) else { return try HeaderModel(path: path) }
        return try withExtendedLifetime(opened.tokenizer) { try HeaderModel(opened.source) }
    }

    // MARK: This machine

    private var own: OwnMachine { OwnMachine(file: machine.file, threads: common.threads, notes: common.notes) }

    private func measured(_ wanted: MachineMeter.Wanted) async throws -> Machine {
        try await Interruption.guarding(notes: common.notes) { try own.measured(wanted, anew: measure, cancellation: $0) }
    }

    private func showRates() async throws {
        let report = MachineReport(machine: try await measured(.usual), file: machine.file.path)
        if common.json { try StandardOutput().write(report.json) } else { try StandardOutput().write(report.text) }
    }
}
