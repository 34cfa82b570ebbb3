import Generation

/// Hands a reply on while it is generated.
struct ReplyPrinter {
    let output: StandardOutput
    /// Whether text goes out as it comes; with `--json` it waits for the rest.
    let isStreaming: Bool
    /// Progress that ends with the first piece.
    private let progress: ProgressDisplay?
    /// What came so far.
    private(set) var text = ""

    init(output: StandardOutput = StandardOutput(), isStreaming: Bool, progress: ProgressDisplay? = nil) {
        self.output = output
        self.isStreaming = isStreaming
        self.progress = progress
    }

    /// Passes the pieces on until the last, which carries the report.
    mutating func relay(_ pieces: AsyncThrowingStream<GeneratedPiece, any Error>) async throws -> GenerationReport {
        var report: GenerationReport?
        for try await piece in pieces {
            progress?.finish()
            text += piece.text
            if isStreaming && !piece.text.isEmpty { try output.write(piece.text) }
            report = piece.report ?? report
        }
        guard let report else { throw CancellationError() }
        return report
    }

    /// Ends the last line for a person; what goes into a file or a pipe stays the text and nothing else.
    func endLine() throws {
        if output.file.isTerminal { try separate() }
    }

    /// Ends the last line wherever the text goes, so that another can follow.
    func separate() throws {
        if isStreaming && !text.hasSuffix("\n") { try output.write("\n") }
    }
}
