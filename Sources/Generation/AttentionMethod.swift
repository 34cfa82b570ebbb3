import Attention
import Diagnostics

/// An attention method by name and options, as on the command line: "full", "sliding:1024", "streaming:4:1020".
public struct AttentionMethod: Sendable, Hashable {
    /// The written form; options that are left out take the model's window.
    public let specification: String

    public init(_ specification: String) {
        self.specification = specification
    }

    /// The names of all methods, without their options.
    package static var names: [String] { PolicyRegistry.names + [Segments.name, AutomaticMethod.name] }

    /// Every token sees all before it.
    public static let full = AttentionMethod("full")

    /// Every token sees the last `window` tokens, itself included.
    public static func sliding(window: Int) -> AttentionMethod { AttentionMethod("sliding:\(window)") }

    /// Every token sees the first `sinks` tokens and the last `window`, with positions counted inside the cache.
    public static func streaming(sinks: Int = 4, window: Int) -> AttentionMethod { AttentionMethod("streaming:\(sinks):\(window)") }
}

/// Why a text cannot be read or asked as wished.
package enum WindowError: Failure {
    /// - Parameter learned: how many positions the model has learned, if it knows no others.
    case tooLong(tokens: Int, reserved: Int, window: Int, method: String, learned: Int?)

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .tooLong(let tokens, let reserved, _, _, let learned?):
            "The text has \(tokens) tokens and \(reserved) more are kept for the question and the reply, but the model has learned "
                + "positions for \(learned) tokens only and no method can take it farther; choose another model, or a shorter text."
        case .tooLong(let tokens, let reserved, let window, let method, nil):
            "The text has \(tokens) tokens and \(reserved) more are kept for the question and the reply, but the model's window is "
                + "\(window) and the method \"\(method)\" does not go beyond; let --method auto choose another, stretch its positions, for "
                + "example with --positions yarn:4, or raise --context-length if you know that the model can do more."
        }
    }
}
