import Diagnostics

/// Makes of every text, however long, one vector for a classifier: an encoder's vectors of its windows, and of those the mean.
package struct TextFeatures: Sendable {
    /// What a head has to know to see texts as it saw them in training.
    package struct Settings: Hashable, Sendable {
        /// What is left out of a text before it is read; nil: nothing.
        package var shortening: Shortening?
        /// How many tokens of a text are read, those around it included; nil: all, in windows.
        package var firstTokens: Int?

        package init(shortening: Shortening? = nil, firstTokens: Int? = nil) {
            self.shortening = shortening
            self.firstTokens = firstTokens
        }
    }

    /// What was read of texts.
    package struct Reading: Hashable, Sendable {
        /// One vector for each text, with a length of 1.
        package var vectors: [[Float]] = []
        package var tokens = 0
        package var windows = 0
        /// Tokens of the shortened texts that were not read.
        package var tokensCut = 0
    }

    package let embedder: Embedder
    package let settings: Settings

    package init(_ embedder: Embedder, settings: Settings) {
        self.embedder = embedder
        self.settings = settings
    }

    /// The vectors of texts.
    /// - Throws: `Interrupted` where `cancellation` asks for it; `EmbeddingError` for a window without room.
    package func read(
        _ texts: [String], progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) async throws -> Reading {
        let cut = try texts.map { text in
            let shortened = settings.shortening?.apply(to: text).text ?? text
            return try embedder.windows(of: Array(shortened.utf8), firstTokens: settings.firstTokens)
        }
        let vectors = try await embedder.embed(cut.flatMap(\.windows), progress: progress, cancellation: cancellation)
        var reading = Reading(), first = 0
        for text in cut {
            let own = vectors[first..<first + text.windows.count]
            reading.vectors.append(Self.mean(own.map(\.normalized)).normalized)
            first += text.windows.count
            reading.tokens += text.windows.reduce(0) { $0 + $1.tokens.count }
            reading.tokensCut += text.cutTokens
        }
        reading.windows = vectors.count
        return reading
    }

    private static func mean(_ vectors: [[Float]]) -> [Float] {
        var sums = [Double](repeating: 0, count: vectors.first?.count ?? 0)
        for vector in vectors {
            for (index, value) in vector.enumerated() { sums[index] += Double(value) }
        }
        return sums.map { Float($0 / Double(vectors.count)) }
    }
}
