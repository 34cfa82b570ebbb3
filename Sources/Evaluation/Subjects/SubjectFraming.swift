import Generation

/// What stands around a prompt.
package enum SubjectFraming: Hashable, Sendable {
    /// A text and a question about it, framed as `apus ask` has it.
    case question
    /// The prompt as it is in one turn of the user, with the model's chat template around it, and the system's text that a benchmark has.
    case verbatim(system: String?)
    /// The prompt as it is and nothing around it. An endpoint that completes chats has it in a turn all the same.
    case continuation

    var wording: PromptWording {
        switch self {
        case .question: .question
        case .verbatim: .verbatim
        case .continuation: .continuation
        }
    }

    var system: String? {
        if case .verbatim(let system) = self { system } else { nil }
    }
}
