import ArgumentParser

/// What every command takes.
struct CommonOptions: ParsableArguments {
    /// More than any machine has cores; each thread takes memory and time to start.
    private static let threadCounts = 1...1024

    @Flag(help: "Print JSON on standard output, for programs, and nothing else there.")
    var json = false

    @Flag(help: "Show neither progress nor notes.")
    var quiet = false

    @Option(help: ArgumentHelp("Threads that compute at once. (default: one for each core)", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, !CommonOptions.threadCounts.contains(threads) {
            let (least, most) = (CommonOptions.threadCounts.lowerBound, CommonOptions.threadCounts.upperBound)
            throw ValidationError("--threads must be at least \(least) and at most \(most), not \(threads).")
        }
    }

    var notes: Notes { Notes(isQuiet: quiet) }
}
