import Generation

/// What became of a request for text, as `ask`, `complete` and `chat` tell it.
struct ReplyReport {
    let text: String
    private(set) var tokens: GenerationReport.Tokens
    private(set) var timing: GenerationReport.Timing
    let sources: [Passage]
    let segments: [ScoredSegment]
    /// Why that method, where a person did not name it.
    var choice: MethodChoice?
    /// What was chosen to be read, where not all was.
    var retrieval: RetrievalReport?
    let method: String
    let positions: String
    let stopReason: StopReason

    init(_ report: GenerationReport) {
        text = report.text
        tokens = report.tokens
        timing = report.timing
        sources = report.sources
        segments = report.segments
        choice = report.choice
        method = report.method
        positions = report.positions
        stopReason = report.stopReason
    }

    /// Counts a text that was read by the same command, before it was asked about, as read for this reply.
    mutating func addReading(tokens count: Int, seconds: Double) {
        tokens.reused -= count
        timing.readSeconds += seconds
        timing.firstTokenSeconds += seconds
    }

    /// Tokens of the prompt that were read for this reply.
    private var tokensRead: Int { tokens.prompt - tokens.reused }
}

// MARK: - For programs

extension ReplyReport {
    var json: JSON {
        var members: [String: JSON] = [
            "text": .string(text), "tokens": tokens.json, "timing": timing.json, "sources": .array(sources.map(\.json)),
            "method": .string(method), "positions": .string(positions), "stop_reason": .string(stopReason.rawValue),
        ]
        // Only some methods have these to tell.
        if let retrieval { members["retrieval"] = retrieval.json }
        if let choice { members["method_reason"] = .string(choice.reason) }
        if !segments.isEmpty { members["segments"] = .array(segments.map(\.json)) }
        return .object(members)
    }

    /// A reply that Ctrl-C ended, as far as it came.
    static func interrupted(text: String) -> JSON {
        [
            "text": .string(text), "tokens": nil, "timing": nil, "sources": [], "method": nil, "positions": nil,
            "stop_reason": "interrupted",
        ]
    }
}

extension GenerationReport.Tokens {
    fileprivate var json: JSON {
        var values: [String: JSON] = [
            "prompt": .integer(prompt), "reused": .integer(reused), "dropped": .integer(dropped), "visited": .integer(visited),
            "generated": .integer(generated),
        ]
        if let surprisal { values["surprisal"] = .number(surprisal) }
        return .object(values)
    }
}

extension GenerationReport.Timing {
    fileprivate var json: JSON {
        [
            "read_seconds": .number(readSeconds), "first_token_seconds": .number(firstTokenSeconds),
            "tokens_per_second": .number(tokensPerSecond),
        ]
    }
}

extension Passage {
    fileprivate var json: JSON {
        [
            "file": .string(file), "start": .integer(start), "end": .integer(end), "text": .string(text), "weight": .number(weight),
        ]
    }
}

extension ScoredSegment {
    fileprivate var json: JSON {
        let places = places.map { place -> JSON in
            ["file": .string(place.file), "start": .integer(place.start), "end": .integer(place.end)]
        }
        return ["places": .array(places), "entropy": .number(entropy), "contrast": .number(contrast), "kept": .bool(isKept)]
    }
}

// MARK: - For people

extension ReplyReport {
    /// One line about what was done with how many tokens, and how fast.
    var note: String {
        [reading, judging, keeping, generating].compactMap(\.self).joined(separator: "; ")
    }

    /// A contrast of a segment with the others, in nats, that says nothing.
    private static let slightContrast = 0.05

    private var judging: String? {
        guard let most = segments.map(\.contrast).max() else { return nil }
        let kept = segments.count(where: \.isKept)
        let doubt = most < Self.slightContrast ? ", none of which told the model more than the others" : ""
        return "\(Formatting.count(kept)) of \(Formatting.count(segments.count)) segments kept\(doubt)"
    }

    private var reading: String {
        let reused = tokens.reused > 0 ? ", \(Formatting.count(tokens.reused)) reused" : ""
        // Where segments were judged the time went into all of them, not into those that were read at last.
        let rate = segments.isEmpty && tokensRead > 0 && timing.readSeconds > 0 ? Double(tokensRead) / timing.readSeconds : nil
        let speed = rate.map { " (\(Formatting.rate($0, unit: "tokens")))" } ?? ""
        return "\(Formatting.count(tokensRead)) tokens read in \(Formatting.duration(seconds: timing.readSeconds))\(speed)\(reused)"
    }

    private var keeping: String {
        "\(Formatting.count(tokens.visited)) visited, \(Formatting.count(tokens.dropped)) dropped"
    }

    private var generating: String {
        let speed = timing.tokensPerSecond > 0 ? " (\(Formatting.rate(timing.tokensPerSecond, unit: "tokens")))" : ""
        let end = stopReason == .length ? ", cut off there by --max-tokens" : ""
        return "\(Formatting.count(tokens.generated)) generated\(speed)\(end)"
    }
}
