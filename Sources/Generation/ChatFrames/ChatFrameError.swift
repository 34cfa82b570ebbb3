import Diagnostics

/// Why a chat frame cannot be had.
package enum ChatFrameError: Failure, Equatable {
    case unknownFrame(name: String, known: [String])
    case missingSpecials(frame: String, missing: [String])

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .unknownFrame(let name, let known):
            "there is no chat frame '\(name)'; there are \(known.joined(separator: ", "))"
        case .missingSpecials(let frame, let missing):
            "the chat frame '\(frame)' needs the special tokens \(missing.joined(separator: ", ")), which this model's vocabulary lacks; "
                + "leave the frame to the model, or take 'plain', which needs none"
        }
    }
}
