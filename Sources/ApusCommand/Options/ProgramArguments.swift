import ArgumentParser
import Evaluation

/// Whether programs that models wrote may be run.
struct ProgramArguments: ParsableArguments {
    @Flag(
        help:
            "Compile and run the programs that models write for longproc-pseudo_to_code, in an empty folder without network and with limits of time, memory and files."
    )
    var allowCodeExecution = false

    /// - Returns: nil where that is not allowed.
    /// - Throws: where it is of no use, or nothing can be run apart from all else.
    func sandbox(for benchmarks: [any Benchmark]) throws -> ProgramSandbox? {
        guard allowCodeExecution else { return nil }
        guard benchmarks.contains(where: { BenchmarkRegistry.hasPrograms($0.name) }) else {
            throw ValidationError("--allow-code-execution is for longproc-pseudo_to_code; leave it out.")
        }
        return try ProgramSandbox()
    }
}
