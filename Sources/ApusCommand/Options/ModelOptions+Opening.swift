import Generation

extension ModelOptions {
    /// Opens the model, saying so if that takes long.
    ///
    /// - Parameters:
    ///   - threads: how many compute; nil for one on each core.
    ///   - memoryLimit: of the cache; nil for none.
    func open(threads: Int?, memoryLimit: ByteSize? = nil, notes: Notes) async throws -> Model {
        try await notes.opening(path(), threads: threads, memoryLimit: memoryLimit)
    }
}

extension Notes {
    /// Opens the model of a file or a folder, saying so if that takes long.
    func opening(_ path: String, threads: Int?, memoryLimit: ByteSize?) async throws -> Model {
        try await announcing("opening \(path)") { try Model(at: path, threads: threads, memoryLimit: memoryLimit?.bytes) }
    }

    /// Work that is over by then is not worth a word.
    private static let quietTime = Duration.seconds(1)

    /// Says what is being done if it is not done soon.
    func announcing<Result>(_ activity: String, _ work: () throws -> Result) async rethrows -> Result {
        let announcement = Task {
            try await Task.sleep(for: Notes.quietTime)
            if file.isTerminal { redraw("\(activity.onOneLine) …") } else { note(activity) }
        }
        defer {
            announcement.cancel()
            erase()
        }
        return try work()
    }
}
