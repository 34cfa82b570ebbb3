import Attention
import Models
import Tokenizers

/// A reply in the making: how its tokens are chosen, what has been said, and whether that is all.
struct Reply {
    /// What a reply is asked for beside the options of its generation.
    struct Manner {
        /// Whether white space before the first word is left out: an answer after "Answer:" begins with a space.
        var trimsStart = false
        /// Special tokens that end the reply beside those that end it by the vocabulary.
        var endsOfTurn: [String] = []
    }

    /// The most tokens that it may have.
    let maxTokens: Int
    private(set) var tokenCount = 0
    /// Nil as long as it goes on.
    private(set) var stopReason: StopReason?
    private var sampler: Sampler
    private var output: TextOutput
    private let ends: Set<Int32>
    private let tokenizer: Tokenizer
    /// How far the reply has come in the grammar that it is held to.
    private var grammar: GrammarState?
    /// Where the grammar says what may come; kept so that no token allocates one.
    private var mask: TokenMask
    /// How many alternatives are reported for each token; nil: tokens are not reported.
    private let alternatives: Int?
    private var chosen: [ChosenToken] = []

    var text: String { output.text }

    /// - Parameter prompt: the tokens before the reply, as far as they were read for it.
    /// - Throws: `SamplingError` or `EmptyStopString` for options that cannot be followed.
    init(_ options: GenerationOptions, after prompt: [Int32], tokenizer: Tokenizer, manner: Manner) throws {
        maxTokens = options.maxTokens
        sampler = try Sampler(options.sampling)
        sampler.remember(prompt)
        output = try TextOutput(tokenizer: tokenizer, after: prompt.last, stops: options.stop, trimsStart: manner.trimsStart)
        ends = tokenizer.endOfGeneration.union(manner.endsOfTurn.compactMap(tokenizer.id(ofSpecial:)))
        stopReason = maxTokens > 0 ? nil : .length
        self.tokenizer = tokenizer
        grammar = options.grammar?.begin(endedBy: ends)
        mask = TokenMask(tokenCount: grammar == nil ? 0 : tokenizer.vocabularyCount)
        alternatives = options.alternatives
    }

    /// Chooses the next token by the logits `[vocabulary]` behind the last one.
    mutating func choose(_ logits: UnsafeBufferPointer<Float>) throws -> Int32 {
        grammar?.allow(in: &mask)
        let token = try sampler.next(logits: logits, mask: grammar == nil ? nil : mask)
        grammar?.accept(token)
        if let alternatives, !ends.contains(token) {
            let report = try LogProbabilities.report(on: token, alternatives: alternatives, in: logits)
            chosen.append(ChosenToken(report.chosen, alternatives: report.alternatives, tokenizer: tokenizer))
        }
        return token
    }

    /// The tokens of the reply that were chosen since the last call, where they are reported.
    mutating func takeChosen() -> [ChosenToken] {
        defer { chosen = [] }
        return chosen
    }

    /// Says a token that was chosen, or ends where it is one that ends replies.
    /// - Parameter emit: receives the text as it comes, whole characters only, nothing of a stop string.
    mutating func say(_ token: Int32, emit: (String) -> Void) {
        guard !ends.contains(token) else {
            stopReason = .endOfText
            return
        }
        tokenCount += 1
        if output.append(token, emit: emit) {
            stopReason = .stopString
        } else if grammar?.mustEnd == true {
            stopReason = .endOfText
        } else if tokenCount >= maxTokens {
            stopReason = .length
        }
    }

    /// Says what was held back, once nothing more will come.
    mutating func finish(emit: (String) -> Void) { output.finish(emit: emit) }
}

extension AttentionPolicy {
    /// Whether what a query sees rests on which others are read with it. Then the last token of a prompt, on which the first word of the reply
    /// rests, has to be read alone, and the tokens before it in the same chunks whoever reads them.
    func choosesByCompany(layers: Int) -> Bool {
        needs.choosesForOne || (0..<layers).contains { queriesPerPlan(layer: $0) != nil }
    }
}
