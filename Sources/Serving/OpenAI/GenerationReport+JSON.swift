import Generation
import ModelFiles

extension GenerationReport {
    /// Which text a reply rests on and how it was read.
    var evidence: JSONObject {
        [
            "tokens": tokens.json, "sources": .array(sources.map(\.json)), "method": .string(method), "positions": .string(positions),
        ]
    }
}

extension GenerationReport.Tokens {
    var json: JSONValue {
        [
            "prompt": .integer(prompt), "reused": .integer(reused), "dropped": .integer(dropped), "visited": .integer(visited),
            "generated": .integer(generated),
        ]
    }
}

extension GenerationReport.Timing {
    var json: JSONValue {
        [
            "read_seconds": .number(readSeconds), "first_token_seconds": .number(firstTokenSeconds),
            "tokens_per_second": .number(tokensPerSecond),
        ]
    }
}

extension Passage {
    var json: JSONValue {
        ["file": .string(file), "start": .integer(start), "end": .integer(end), "text": .string(text), "weight": .number(weight)]
    }
}
