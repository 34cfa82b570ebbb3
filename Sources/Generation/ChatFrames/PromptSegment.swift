/// A part of a prompt before it is made into tokens.
///
/// The two kinds are kept apart so that nobody can write control tokens: `<|im_end|>` in a message or in a document is a `.text` of ten
/// characters, and only a frame makes a `.special`.
package enum PromptSegment: Hashable, Sendable {
    /// One control token, to be looked up by its name.
    case special(String)
    /// Text to be encoded with no special tokens parsed in it.
    case text(String)
}

extension [PromptSegment] {
    /// The same prompt with neighbouring texts made one and empty ones left out, since a tokenizer must see a text whole to divide it as
    /// it was divided in training.
    package var coalesced: [PromptSegment] {
        reduce(into: []) { whole, segment in
            switch (whole.last, segment) {
            case (_, .text("")):
                break
            case (.text(let before), .text(let after)):
                whole[whole.count - 1] = .text(before + after)
            default:
                whole.append(segment)
            }
        }
    }

    /// How the prompt reads with its control tokens written out: for people and for comparisons, not for encoding.
    package var written: String {
        map { segment in
            switch segment {
            case .special(let piece): piece
            case .text(let text): text
            }
        }.joined()
    }
}
