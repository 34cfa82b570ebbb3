import Diagnostics
import Documents
import Models
import Tokenizers

// Readings for measurements, whose texts are counted to the token.
extension Model {
    /// Reads a text that is given as tokens, behind the frame's opening.
    ///
    /// - Throws: as `read(_:options:into:reserved:progress:cancellation:)`.
    package func read(
        tokens: [Int32], options: ReadingOptions, reserved: Int = 0, progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws -> Reading {
        try read(options: options, reserved: reserved, progress: progress, cancellation: cancellation) { prompt in
            try ReadText(tokens: tokens, prompt: prompt, tokenizer: decoder.tokenizer)
        }
    }

    /// How many tokens the frame adds to a text of which a question is asked: its opening, and the question up to where the reply begins.
    /// - Parameter beginning: the first words of the answer, which the reply goes on from.
    package nonisolated func framingTokens(of question: String, beginning: String, options: ReadingOptions) throws -> Int {
        let prompt = try ResolvedReading(options.draft, decoder: decoder, answersOnly: true).prompt, tokenizer = decoder.tokenizer
        let opening = try tokenizer.tokens(of: prompt.opening, beginning: prompt.marks)
        return try opening.count + tokenizer.tokens(of: prompt.question(question, beginning: beginning)).count
    }

    /// What tells results of this model, read with these options, from others.
    /// - Throws: where the model cannot serve the options.
    package nonisolated func identity(with options: ReadingOptions) throws -> MeasuredIdentity {
        let resolved = try ResolvedReading(options.draft, decoder: decoder, answersOnly: true)
        // What is more than a policy goes by its written form.
        let isPolicy = options.method != .automatic && resolved.segments == nil
        return MeasuredIdentity(
            model: decoder.name, fingerprint: decoder.fingerprint,
            method: isPolicy ? resolved.policy.name : options.method.specification, positions: resolved.positions.name,
            cacheType: options.cacheType, window: resolved.window, frame: resolved.prompt.frameName, system: resolved.prompt.system ?? "")
    }

    /// Most tokens that are read at once.
    package static let chunkTokens = Reader.chunkTokens

    package nonisolated var tokenizer: Tokenizer { decoder.tokenizer }
}

/// A model and how it reads, as far as its answers depend on them.
package struct MeasuredIdentity: Codable, Hashable, Sendable {
    package let model: String
    package let fingerprint: Fingerprint
    package let method: String
    package let positions: String
    package let cacheType: String
    package let window: Int
    package let frame: String
    package let system: String
}

extension ReadText {
    /// A text that is given as tokens, behind the frame's opening.
    fileprivate init(tokens: [Int32], prompt: DocumentPrompt, tokenizer: Tokenizer) throws {
        let opening = try tokenizer.tokens(of: prompt.opening, beginning: prompt.marks)
        var bytes: [UInt8] = [], ends: [Int] = []
        for token in tokens {
            bytes += tokenizer.piece(token)
            ends.append(bytes.count)
        }
        let documents = try DocumentSet(text: String(decoding: bytes, as: UTF8.self), name: "the text")
        self.init(documents: documents, openingTokens: opening.count, tokens: opening + tokens, ends: ends)
    }
}
