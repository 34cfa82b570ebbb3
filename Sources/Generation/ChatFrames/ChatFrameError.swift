import Diagnostics

/// Why a chat frame cannot be had.
package enum ChatFrameError: Failure, Equatable {
    case unknownFrame(name: String, known: [String])
    case missingSpecials(frame: String, missing: [String])
    /// The frame "model" was asked for, and the model brings no template.
    case noTemplate
    /// The template does not write each message once.
    case templateLosesText(times: Int)

    package var kind: FailureKind {
        switch self {
        case .unknownFrame, .missingSpecials, .noTemplate: .usage
        case .templateLosesText: .badData
        }
    }

    package var description: String {
        switch self {
        case .unknownFrame(let name, let known):
            "there is no chat frame '\(name)'; there are \(known.joined(separator: ", "))"
        case .missingSpecials(let frame, let missing):
            "the chat frame '\(frame)' needs the special tokens \(missing.joined(separator: ", ")), which this model's vocabulary lacks; "
                + "leave the frame to the model, or take 'plain', which needs none"
        case .noTemplate:
            "the model brings no chat template; leave out the frame, or choose one of chatml, llama3 and plain"
        case .templateLosesText(let times):
            "the model's chat template writes what is said \(times == 0 ? "not at all" : "\(times) times") where it should stand once"
        }
    }
}
