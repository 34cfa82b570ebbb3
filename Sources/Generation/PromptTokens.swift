import Diagnostics
import Tokenizers

extension Tokenizer {
    /// The tokens of a prompt's segments: special pieces by id, text with no special token parsed in it.
    ///
    /// - Parameter marks: given for the beginning of a prompt, whose begin-of-text token is then added unless the frame brings it.
    func tokens(of segments: [PromptSegment], beginning marks: TurnMarks? = nil) throws -> [Int32] {
        try tokens(of: segments, isBeginning: marks != nil, bringsBeginning: marks?.bringsBeginning ?? true)
    }

    /// - Parameters:
    ///   - isBeginning: whether nothing stands before the segments.
    ///   - bringsBeginning: whether the frame has put the begin-of-text token there, or says that there is none.
    func tokens(of segments: [PromptSegment], isBeginning: Bool, bringsBeginning: Bool) throws -> [Int32] {
        var tokens: [Int32] = []
        // A prompt that does not begin anew goes on from the text before it, and so does text behind text.
        var continuesText = !isBeginning
        if isBeginning, !bringsBeginning, addsBOS, let bos { tokens.append(bos) }
        for segment in segments {
            switch segment {
            case .special(let piece):
                guard let id = id(ofSpecial: piece) else {
                    throw ChatFrameError.missingSpecials(frame: "chosen", missing: [piece])
                }
                tokens.append(id)
                continuesText = false
            case .text(let text):
                tokens += encode(Array(text.utf8), continuesText: continuesText)
                continuesText = true
            }
        }
        return tokens
    }
}
