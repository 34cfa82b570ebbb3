import Diagnostics

/// Why a chat template cannot be used, or cannot write a conversation.
package struct ChatTemplateError: Failure, Equatable {
    package enum Problem: Sendable, Equatable {
        /// The template is not written as templates are.
        case syntax(String)
        /// A tag, filter, test, method or function that there is not: what it is and its name.
        case unknown(String, name: String)
        /// The template says itself that it does not take the conversation.
        case refused(String)
        /// An operation on a value that does not have it, as Python would refuse it.
        case invalid(String)
        /// Work beyond what is allowed: which, and how much is.
        case limit(String, most: Int)
    }

    package let problem: Problem
    /// In the template, from 1; 0 where it is about no line.
    package let line: Int

    package init(_ problem: Problem, line: Int) {
        self.problem = problem
        self.line = line
    }

    package var kind: FailureKind { .badData }

    package var description: String {
        let place = line > 0 ? "the model's chat template, line \(line)" : "the model's chat template"
        switch problem {
        case .syntax(let reason): return "\(place): \(reason); the template is damaged or written for another program"
        case .unknown(let what, let name): return "\(place): there is no \(what) \"\(name)\"; choose another frame for the model"
        case .refused(let message): return "\(place), refuses the conversation: \(message)"
        case .invalid(let reason): return "\(place): \(reason)"
        case .limit(let what, let most): return "\(place): \(what) beyond the \(most) that are allowed; the template seems to have no end"
        }
    }
}

/// How much a template may do: far more than real ones, and little enough for any machine.
enum TemplateLimits {
    static let sourceBytes = 1 << 21
    /// Constructs in each other when a template is parsed.
    static let nesting = 100
    /// Postfix operators (filters, members, calls) in a row.
    static let chain = 100
    /// Constructs in each other when a template is run, through macros too.
    static let depth = 600
    /// Values in each other.
    static let valueDepth = 100
    /// Operations, those on long texts and lists counted by length.
    static let steps = 2_000_000
    /// Of one text, and of the whole output.
    static let textBytes = 1 << 25
    /// Values in a list or dictionary that is written.
    static let writtenValues = 300_000
    /// Elements of a `range`, as in Jinja's sandbox.
    static let range = 100_000
    /// Stack of the thread that parses or runs a template: room for `depth` constructs without optimisation.
    static let stackBytes = 1 << 25
}
