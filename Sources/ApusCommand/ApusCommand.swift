import ArgumentParser

/// The command line. Each subcommand is a file in `Commands/`; what they share is in the other folders.
@main
struct ApusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "Run open-weight language models over very long texts, on this machine.",
        discussion: """
            Text goes to standard output; progress and notes go to standard error. Every command takes --json, which puts JSON on \
            standard output and nothing else, errors included.

            EXAMPLES
              apus ask book.txt "Who keeps the key?" --model model.gguf
              apus read book.txt -o book.reading --model model.gguf
              apus inspect model.gguf

            EXIT STATUS
              0 done, 64 wrong usage, 65 damaged data, 66 missing input, 70 internal failure, 73 output that could not be \
            written, 130 interrupted.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(name: "TEXT", subcommands: [Ask.self, Read.self, Complete.self, Chat.self]),
            CommandGroup(
                name: "RETRIEVAL", subcommands: [Embed.self, IndexCommand.self, SearchCommand.self, Rank.self, Classify.self]),
            CommandGroup(name: "SERVING", subcommands: [Serve.self]),
            CommandGroup(name: "MODEL", subcommands: [Inspect.self, Tokenize.self, Convert.self, Quantize.self]),
            CommandGroup(name: "TRAINING", subcommands: [Train.self, DataCommand.self]),
            CommandGroup(name: "MEASURING", subcommands: [PlanCommand.self, Fit.self, Bench.self, Perplexity.self, Eval.self]),
        ])

    /// The version of this build, as in `CHANGELOG.md`.
    static let version = "0.1.0-dev"

    static func main() async {
        let status = await CommandRun(arguments: Array(CommandLine.arguments.dropFirst())).perform()
        systemExit(status)
    }
}
