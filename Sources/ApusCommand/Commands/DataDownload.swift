import ArgumentParser
import Diagnostics
import Evaluation

/// `apus data download`: files of a repository of the Hugging Face hub.
struct DataDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Download a repository of the Hugging Face hub, or some of its files.",
        discussion: """
            Prints the folder that holds the files, for --data of `apus eval`. It is the one that the hub's own library uses: what is there already is \
            not downloaded again, what was broken off is gone on with, and every file is compared with the checksum that the hub lists.

            HF_HOME or HF_HUB_CACHE say where files are kept (~/.cache/huggingface/hub), HF_ENDPOINT where the hub is, and HF_TOKEN, or what \
            `huggingface-cli login` has left, who asks. The token is shown to no other host.

            With --json: {"folder", "files", "bytes"}; bytes are those that came now.

            EXAMPLES
              apus data download wckwan/M4LE
              apus data download princeton-nlp/LongProc --files "countdown/*" "*.yaml"
              apus eval m4le --data "$(apus data download wckwan/M4LE)" --length 8192 -o results
            """)

    @Argument(help: ArgumentHelp("What to download: owner/name.", valueName: "repository"))
    var repository: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Which files; * stands for any letters. (default: all)", valueName: "name"))
    var files: [String] = []

    @Option(help: ArgumentHelp("A branch, a tag or a commit.", valueName: "name"))
    var revision = "main"

    @Option(help: ArgumentHelp("What kind of repository it is.", valueName: "kind"))
    var kind: HubRepository.Kind = .dataset

    @OptionGroup
    var common: CommonOptions

    func run() async throws {
        let download = HubDownload(
            try HubRepository(repository, kind: kind, revision: revision), settings: try HubSettings(environment: Environment.all))
        let notes = common.notes
        let result = try await Interruption.guarding(notes: notes) { cancellation in
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                return try await download.perform(files, progress: display.handler, cancellation: cancellation)
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; the same command goes on with what is missing")
            }
        }
        notes.note("\(Formatting.count(result.files.count)) files, \(Formatting.count(result.byteCount)) bytes came now")
        if common.json {
            try StandardOutput().write(
                [
                    "folder": .string(result.folder), "files": .array(result.files.map { .string($0) }),
                    "bytes": .integer(result.byteCount),
                ] as JSON)
        } else {
            try StandardOutput().write(result.folder + "\n")
        }
    }
}

extension HubRepository.Kind: ExpressibleByArgument {}
