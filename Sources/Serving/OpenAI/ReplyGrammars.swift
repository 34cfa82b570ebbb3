import Generation
import ModelFiles
import NIOPosix
import Synchronization
import Tokenizers

/// The forms that replies were held to lately: a grammar remembers what it has found out, so those that are asked for again are kept.
final class ReplyGrammars: Sendable {
    private struct Shelf {
        var grammars: [JSONValue: ReplyGrammar] = [:]
        /// The schemas, the one used last at the end.
        var order: [JSONValue] = []

        mutating func take(_ schema: JSONValue) -> ReplyGrammar? {
            guard let grammar = grammars[schema] else { return nil }
            order.removeAll { $0 == schema }
            order.append(schema)
            return grammar
        }

        mutating func put(_ grammar: ReplyGrammar, _ schema: JSONValue, most: Int) {
            if grammars.updateValue(grammar, forKey: schema) == nil { order.append(schema) }
            while order.count > most { grammars[order.removeFirst()] = nil }
        }
    }

    private let tokenizer: Tokenizer
    private let shelf = Mutex(Shelf())
    private static let most = 32

    init(tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// The grammar of a schema.
    /// - Throws: `GrammarError` for a schema that cannot be followed.
    func grammar(of schema: JSONValue) async throws -> ReplyGrammar {
        if let known = shelf.withLock({ $0.take(schema) }) { return known }
        let tokenizer = tokenizer
        // A large schema takes its time, in which others want to be answered.
        let grammar = try await NIOThreadPool.singleton.runIfActive { try ReplyGrammar(schema: schema, tokenizer: tokenizer) }
        shelf.withLock { $0.put(grammar, schema, most: Self.most) }
        return grammar
    }
}
