/// A regular expression as a tree.
package indirect enum RegexNode: Sendable {
    /// Any one character of a set.
    case characters(ScalarSet)
    /// One after the other; an empty sequence matches everywhere.
    case sequence([RegexNode])
    /// The first that lets the whole match.
    case alternatives([RegexNode])
    case repeated(RegexNode, Repetition)
    /// What matches is not tried in any other way.
    case atomic(RegexNode)
    /// Asks what stands before or after, and takes nothing.
    case look(RegexNode, isBehind: Bool, isNegated: Bool)
    case assertion(RegexAssertion)

    static let empty = RegexNode.sequence([])

    /// Reads a pattern as JSON Schema has them, in the syntax of ECMAScript (ECMA-262).
    package init(ecmaScript pattern: String) throws(RegexError) {
        self = try RegexParser.parse(pattern, dialect: .ecmaScript)
    }

    /// Whether the expression can match without taking a character.
    var canBeEmpty: Bool {
        switch self {
        case .characters: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .alternatives(let parts): parts.contains { $0.canBeEmpty }
        case .repeated(let part, let repetition): repetition.least == 0 || part.canBeEmpty
        case .atomic(let part): part.canBeEmpty
        case .look, .assertion: true
        }
    }
}

/// How often a part of an expression may come, and which number of times is tried first.
package struct Repetition: Sendable, Hashable {
    package enum Preference: Sendable {
        case most
        case fewest
        /// As often as can be and never less.
        case possessive
    }

    package var least: Int
    /// nil: without end.
    package var most: Int?
    package var preference: Preference
}

/// What may be asked of a place in a text.
package enum RegexAssertion: Sendable {
    case textStart
    case textEnd
    /// At the end or before a line feed that is the last character.
    case textEndOrLastBreak
    case lineStart
    case lineEnd
    case wordBoundary
    case noWordBoundary
}

/// Why a regular expression cannot be used.
package struct RegexError: Error, Equatable {
    package let reason: String
    /// The place in the pattern, in characters.
    package let offset: Int
}
