import Attention
import Models
import Positions

/// What a method can do for a model, and how it goes about it.
package struct MethodService: Sendable {
    /// What a method can be used for.
    package enum Scope: String, Codable, Sendable {
        /// Texts, conversations and plain continuation.
        case everything
        /// Texts that have an end, and questions about them.
        case texts
        /// Questions about texts, and nothing else.
        case questions

        /// Whether what serves this serves all of the other, too.
        package func covers(_ other: Scope) -> Bool { self == other || self == .everything || other == .questions }
    }

    /// How a text is gone over.
    package enum Course: Sendable {
        /// Once from beginning to end, by a policy whose options may come from a window.
        case reading(any AttentionPolicy)
        /// For each question anew, in pieces.
        case segments(SegmentCut)
    }

    /// As it is written, with its options; what `auto` chose in its place.
    package let method: String
    package let scope: Scope
    package let course: Course
}

extension Model {
    /// Whether a text can be read with these options, and asked about.
    ///
    /// - Parameters:
    ///   - tokens: of the text with its question and the reply.
    ///   - framing: tokens of the question and what stands before the text.
    ///   - reserved: those of the reply.
    /// - Throws: why not; `WindowError` where the method shows keys from farther away than the positions reach.
    package nonisolated func service(
        of options: ReadingOptions, tokens: Int, framing: Int, reserved: Int
    ) throws -> MethodService {
        let settled = try options.settled(tokens: tokens, reserved: reserved, answersOnly: true, decoder: decoder, arena: arena)
        let resolved = try ResolvedReading(settled, decoder: decoder, answersOnly: true)
        if let segments = resolved.segments {
            return MethodService(
                method: settled.method.specification, scope: .questions,
                course: .segments(try segments.cut(window: resolved.window, frame: framing, reserved: reserved)))
        }
        try resolved.checkWindow(tokens: tokens, reserved: 0, decoder: decoder)
        return MethodService(
            method: resolved.policy.name, scope: resolved.policy.needs.watchedTokens == 0 ? .everything : .texts,
            course: .reading(resolved.policy))
    }

    /// Methods that are worth trying to take the model as far as a length, as they are written; whether they can serve it is not known yet.
    package nonisolated func methodTrials(length: Int) -> [String] {
        PolicyRegistry.trials(for: Stretch(window: contextLength, length: length), layers: decoder.configuration.layers)
            + [Segments.name]
    }

    /// Position schemes that are worth trying, likewise.
    package nonisolated func positionTrials(length: Int) -> [String] {
        PositionRegistry.trials(for: Stretch(window: contextLength, length: length))
    }
}
