import ArgumentParser
import Evaluation
import Foundation
import ModelFiles

/// `apus eval curves`: reports of several runs as one picture.
struct EvalCurves: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curves",
        abstract: "Draw the reports of several runs as one picture.",
        discussion: """
            A line for each folder that a run wrote: scores by the length of the text, or perplexity by position. Bars are the intervals that \
            hold the true value with a probability of 95%.

            With --json: {"output", "lines"}.

            EXAMPLES
              apus eval curves results/full/passkey results/infllm/passkey -o passkey.svg
            """)

    @Argument(help: ArgumentHelp("Folders with a report.json.", valueName: "folder"), completion: .directory)
    var folders: [String]

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The picture to write.", valueName: "file"), completion: .file())
    var output: String

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func run() async throws {
        try NewFile.check(output, force: force)
        try AtomicFile.write(Array(ReportCurves(folders: folders).file.utf8), to: output)
        if common.json { try StandardOutput().write(["output": .string(output), "lines": .integer(folders.count)]) }
    }
}
