import Tokenizers

/// Tokens to text as it may be shown: whole characters, and nothing that might still become a stop string.
struct TextOutput {
    private var decoder: StreamingDecoder
    private var stops: StopStrings
    /// Whether what comes next is the beginning, of which white space is left out.
    private var trimsStart: Bool
    private(set) var text = ""

    init(tokenizer: Tokenizer, after previous: Int32?, stops: [String], trimsStart: Bool) throws {
        decoder = tokenizer.makeStreamingDecoder(after: previous)
        self.stops = try StopStrings(stops)
        self.trimsStart = trimsStart
    }

    /// - Returns: whether a stop string has appeared.
    mutating func append(_ token: Int32, emit: (String) -> Void) -> Bool {
        show(stops.append(decoder.append(token)), emit)
        return stops.isStopped
    }

    mutating func finish(emit: (String) -> Void) {
        guard !stops.isStopped else { return }
        show(stops.append(decoder.finish()), emit)
        show(stops.finish(), emit)
    }

    private mutating func show(_ release: StopStrings.Release, _ emit: (String) -> Void) {
        let piece = trimsStart ? String(release.text.drop { $0.isWhitespace }) : release.text
        guard !piece.isEmpty else { return }
        trimsStart = false
        text += piece
        emit(piece)
    }
}
