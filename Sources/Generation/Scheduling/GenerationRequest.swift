import Tokenizers

/// What a reply is asked for.
package enum RequestPrompt: Sendable {
    /// A text to be continued as it stands: special tokens are added as the model wants them, and none is parsed.
    case text([UInt8])
    case tokens([Int32])
    /// A whole conversation as a frame wrote it, up to where the reply begins.
    /// - Parameter bringsBeginning: whether the frame has put the token that begins a text there, or says that there is none.
    case messages([PromptSegment], bringsBeginning: Bool)
    /// A question to a reading, of which the reply's sequence is a fork.
    case question(String, about: Reading)
}

/// One request to a model that serves many.
package struct GenerationRequest: Sendable {
    package var prompt: RequestPrompt
    /// Method, positions and cache type; those of the reading where one is asked.
    package var reading: ReadingOptions
    package var options: GenerationOptions
    /// How many replies to the same prompt are wanted; it is read once.
    package var count = 1
    /// Who asks: prefixes that were read for one partition serve no other.
    package var partition = ""
    /// Special tokens that end the reply beside those that end it by the vocabulary.
    package var endsOfTurn: [String] = []
    /// Whether white space before the first word is left out.
    package var trimsStart = false

    package init(_ prompt: RequestPrompt, reading: ReadingOptions = ReadingOptions(), options: GenerationOptions = GenerationOptions()) {
        self.prompt = prompt
        self.reading = reading
        self.options = options
    }
}

/// What comes of a request, as it comes.
package enum GenerationEvent: Sendable {
    /// Text of one of the replies: whole characters.
    /// - Parameter tokens: those that were chosen since the last piece, where log-probabilities are wanted.
    case piece(choice: Int, text: String, tokens: [ChosenToken])
    case finished(choice: Int, report: GenerationReport)
}

/// A token of a reply and how likely it was by the model alone, before temperature, penalties and grammar.
package struct ChosenToken: Sendable {
    package let id: Int32
    package let bytes: [UInt8]
    /// In nats.
    package let logProbability: Double
    /// The most likely tokens in its place, most likely first.
    package let alternatives: [NextToken]

    init(_ token: TokenProbability, alternatives: [TokenProbability], tokenizer: Tokenizer) {
        id = token.token
        bytes = tokenizer.piece(token.token)
        logProbability = token.logProbability
        self.alternatives = alternatives.map { NextToken($0, tokenizer: tokenizer) }
    }
}
