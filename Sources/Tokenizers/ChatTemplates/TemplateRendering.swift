/// A conversation as a template wrote it, in pieces by where they came from.
package struct TemplateRendering: Sendable, Hashable {
    package struct Piece: Sendable, Hashable {
        package let text: String
        /// nil for what the template itself wrote: only there do names of control tokens mean those tokens.
        package let origin: TemplateOrigin?
    }

    package let pieces: [Piece]

    /// All of it.
    package var text: String { pieces.map(\.text).joined() }

    init(_ text: TracedText, origins: [TemplateOrigin]) {
        var pieces: [Piece] = []
        text.forEachRun { range, number in
            let part = String(decoding: text.bytes[range], as: UTF8.self)
            pieces.append(Piece(text: part, origin: origins.indices.contains(number - 1) ? origins[number - 1] : nil))
        }
        self.pieces = pieces
    }
}

/// Where a piece of a written conversation came from.
package enum TemplateOrigin: Sendable, Hashable {
    /// The content of a message, by its number from 0.
    case content(message: Int)
    /// Another input: "tools[0].function.name".
    case field(String)
}
