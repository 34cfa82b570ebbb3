import ArgumentParser
import ModelFiles
import Training

/// `apus data log`: a long text with things worth asking for.
struct DataLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Write a harbour master's log: a made-up text to ask about.",
        discussion: """
            Days with weather, ships, cargoes and people, and here and there something that is said only once. The same number of words and \
            seed give the same log on every machine; its last day may go a little beyond the number of words.

            With --json: {"output", "words", "bytes", "questions": [{"question", "answer"}]}; without it the questions are listed.

            EXAMPLES
              apus data log -o log.txt
              apus data log -o page.txt --words 360
            """)

    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "path"), completion: .file(extensions: ["txt"]))
    var output: String

    @Option(help: ArgumentHelp("Words of the log, about.", valueName: "n"))
    var words = 100_000

    @Option(help: ArgumentHelp("Which log it is.", valueName: "n"))
    var seed: UInt64 = 1871

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup
    var common: CommonOptions

    private static let wordCounts = 1...50_000_000

    func validate() throws {
        if !Self.wordCounts.contains(words) {
            throw ValidationError("--words must be at least 1 and at most \(Self.wordCounts.upperBound), not \(words).")
        }
    }

    func run() throws {
        try NewFile.check(output, force: force)
        let log = HarbourLog(words: words, seed: seed), bytes = Array(log.text.utf8)
        try AtomicFile.write(bytes, to: output)
        if common.json {
            let questions = log.plants.map { plant -> JSON in ["answer": .string(plant.answer), "question": .string(plant.question)] }
            try StandardOutput().write([
                "bytes": .integer(bytes.count), "output": .string(output), "questions": .array(questions), "words": .integer(words),
            ])
        } else {
            let questions = log.plants.map { "  \($0.question) \($0.answer)\n" }.joined()
            try StandardOutput().write("\(output): \(Formatting.bytes(bytes.count))".onOneLine + "\n" + questions)
        }
    }
}
