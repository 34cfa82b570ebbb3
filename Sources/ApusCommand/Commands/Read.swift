import ArgumentParser
import Diagnostics
import Documents
import Generation

/// `apus read`: reads texts once, to be asked about as often as one likes.
struct Read: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a text and save what the model made of it.",
        discussion: """
            Reads the files into a folder that `apus ask` opens in an instant. What has been read is saved as it goes: after Ctrl-C, or \
            if the machine stops, the same command goes on where it ended. With --append the texts are read behind those that the folder \
            holds already, in the way that those were read.

            With --json: {"reading", "tokens", "reused", "bytes", "method", "positions", "seconds"}. Reused tokens were in the folder before; bytes are \
            those of the whole folder.

            EXAMPLES
              apus read book.txt -o book.reading --model model.gguf
              apus read sequel.txt -o book.reading --append --model model.gguf
              apus read long.txt -o long.reading --method streaming:4:4092 --cache-type q8 --model model.gguf
            """)

    @Argument(help: ArgumentHelp("The texts; - for standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("The folder for the reading.", valueName: "reading"),
        completion: .directory)
    var output: String

    @Flag(help: "Read the files behind the texts that the folder holds.")
    var append = false

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "How the text is read")
    var frame: FrameArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard append else { return }
        let settled = [
            ("--method", reading.method != nil), ("--profile", reading.profile != nil), ("--positions", reading.positions != nil),
            ("--cache-type", reading.cacheType != nil),
            ("--frame", frame.frame != nil),
            ("--system", frame.system != nil),
        ]
        let given = settled.filter(\.1).map(\.0)
        let reason = "what is appended is read as the reading was begun"
        if let message = IdleOptions.message(given, reason: reason) { throw ValidationError(message) }
    }

    func run() async throws {
        let documents = try DocumentSet(reading: files)
        let notes = common.notes
        let report = try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            return try await read(documents, with: model, notes: notes, cancellation: cancellation)
        }
        if common.json { try StandardOutput().write(report.json) }
        notes.note(report.note)
    }

    private func read(_ documents: DocumentSet, with model: Model, notes: Notes, cancellation: Cancellation) async throws -> SavedReport {
        let display = ProgressDisplay(notes: notes), watch = ProgressWatch(display.handler)
        defer { display.finish() }
        let began = ContinuousClock.now
        do {
            let saved =
                if append {
                    try await model.append(
                        documents, to: output, contextLength: reading.contextLength, progress: watch.handler, cancellation: cancellation)
                } else {
                    try await model.read(
                        documents, options: reading.completed(for: model, use: .everything, notes: notes).options(frame: frame),
                        into: output, progress: watch.handler,
                        cancellation: cancellation)
                }
            for note in saved.notes { notes.note(note) }
            return SavedReport(
                folder: output, tokens: saved.tokenCount, reused: watch.latest?.resumed ?? 0, bytes: SavedReport.bytes(in: output),
                method: saved.method, positions: saved.positions, seconds: (ContinuousClock.now - began).seconds)
        } catch is Interrupted {
            throw StoppedEarly(description: SavedReport.interrupted(folder: output, at: watch.latest))
        }
    }
}
