import Diagnostics

/// A report in the forms that a command prints.
protocol ReportListing {
    var json: JSON { get }
    func text(isUnicode: Bool) -> String
}

extension CommonOptions {
    func show(_ listing: some ReportListing) throws {
        if json {
            try StandardOutput().write(listing.json)
        } else {
            try StandardOutput().write(listing.text(isUnicode: Environment.isUnicode(Environment.all)))
        }
    }
}

extension Notes {
    /// Shows how far a run has come that keeps its results in a folder.
    /// - Throws: what the run throws; `StoppedEarly` where it was interrupted, with how to go on.
    func watching<Outcome>(
        folder: String, _ run: (@escaping ProgressHandler) async throws -> Outcome
    ) async throws -> Outcome {
        let display = ProgressDisplay(notes: self)
        defer { display.finish() }
        do {
            return try await run(display.handler)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; the same command goes on with what is missing in \(folder)")
        }
    }
}
