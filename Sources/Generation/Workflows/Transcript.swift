import Diagnostics
import Documents
import Models
import Tokenizers

/// What has been said in a conversation, as a text that is asked segment by segment: nothing of it is kept but its words.
///
/// What is said last is the question. Of a long turn that is its end; what stands before joins the text first.
struct Transcript {
    private var text: ReadText?
    private var turns = 0

    /// Of the window, what a question may take.
    private static let questionShare = 4

    /// The conversation so far with the beginning of a long turn, as a reading that has nothing in memory, and what is asked of it.
    struct Round {
        let reading: Reading
        let question: String
        fileprivate var transcript: Transcript
    }

    func round(_ said: String, model: Model, resolved: ResolvedReading) throws -> Round {
        var next = self
        next.turns += 1
        let tokenizer = model.decoder.tokenizer
        let (before, question) = Self.parted(said, tokenizer: tokenizer, limit: max(1, resolved.window / Self.questionShare))
        if !before.isEmpty { try next.add(before, named: "turn \(next.turns)", resolved, tokenizer) }
        let text = try next.text ?? ReadText(DocumentSet([]), prompt: resolved.prompt, tokenizer: tokenizer)
        let cache = try resolved.makeCache(model.decoder, arena: model.arena)
        return Round(
            reading: Reading(model: model, text: text, resolved: resolved, cache: cache), question: question, transcript: next)
    }

    /// The conversation with a round more: what was said and what was replied.
    init(after round: Round, reply: String, resolved: ResolvedReading, tokenizer: Tokenizer) throws {
        self = round.transcript
        try add(round.question, named: "turn \(turns)", resolved, tokenizer)
        try add(reply, named: "reply \(turns)", resolved, tokenizer)
    }

    init() {}

    private mutating func add(_ words: String, named name: String, _ resolved: ResolvedReading, _ tokenizer: Tokenizer) throws {
        guard !words.isEmpty else { return }
        let documents = try DocumentSet(text: words, name: name)
        text =
            try text?.appending(documents, tokenizer: tokenizer)
            ?? ReadText(documents, prompt: resolved.prompt, tokenizer: tokenizer)
    }

    /// The beginning of what is too long for a question, and its end, parted between words.
    private static func parted(_ said: String, tokenizer: Tokenizer, limit: Int) -> (before: String, question: String) {
        let bytes = Array(said.utf8), tokens = tokenizer.encodeWithOffsets(bytes)
        guard tokens.ids.count > limit else { return ("", said) }
        let least = tokens.ends[tokens.ids.count - limit - 1]
        let space = bytes[least...].firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") } ?? bytes.count
        guard space < bytes.count - 1 else { return (said, "") }
        return (String(decoding: bytes[..<space], as: UTF8.self), String(decoding: bytes[(space + 1)...], as: UTF8.self))
    }
}
