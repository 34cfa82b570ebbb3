import ArgumentParser

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print JSON on standard output, for programs, and nothing else there.")
    var json = false

    @Flag(help: "Show neither progress nor notes.")
    var quiet = false

    @Option(help: ArgumentHelp("Threads that compute at once. (default: one for each core)", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, threads < 1 {
            throw ValidationError("--threads must be at least 1, not \(threads).")
        }
    }

    var notes: Notes { Notes(isQuiet: quiet) }
}
