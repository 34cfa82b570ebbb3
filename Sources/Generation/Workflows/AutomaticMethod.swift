import Attention
import Diagnostics
import Foundation
import KeyValues
import Models

/// A method that was chosen for a text, and why: what `auto` did.
public struct MethodChoice: Sendable, Hashable {
    /// The method with its options.
    public let method: String
    /// As it reads after "because".
    public let reason: String

    package init(method: String, reason: String) {
        self.method = method
        self.reason = reason
    }

    /// For a note.
    public var sentence: String { "the method \(method) is taken, because \(reason)" }
}

/// Chooses a method by how long a text is, how far the model looks back, and how much memory its keys and values may take.
struct AutomaticMethod {
    static let name = "auto"

    /// The window that the model is used with, in tokens.
    let window: Int
    /// What all layers keep of a token.
    let bytesPerToken: Int
    /// What keys and values may take together.
    let memory: Int
    /// Methods that find what they need in a text of any length, best first, as far as there are any that serve the model.
    let retrieving: [String]
    /// Whether the text will be asked questions and nothing else.
    var answersOnly = false

    /// Methods that look things up beyond the window, in the order in which they are tried.
    private static let preferred = ["infllm"]
    /// One that goes on without end and forgets.
    private static let forgetful = "streaming"
    /// Of the window, what is kept for a question that is not known yet.
    private static let questionShare = 16

    /// - Parameter tokens: of the text; nil where it has no end.
    func choice(tokens: Int?, reserved: Int) -> MethodChoice {
        guard let tokens else {
            return beyond("a conversation has no end")
        }
        let needed = tokens + min(reserved, ResolvedReading.mostReserved) + window / Self.questionShare
        if needed > window {
            let reason = "\(tokens) tokens and the reply are more than the model's window of \(window)"
            return answersOnly && reserved <= window / 2 ? bySegments(reason) : beyond(reason, tokens: tokens)
        }
        guard fits(needed) else {
            return MethodChoice(
                method: Self.forgetful,
                reason: "\(tokens) tokens would take \(tokens * bytesPerToken) bytes of memory, and \(memory) are to be had")
        }
        return MethodChoice(method: "full", reason: "\(tokens) tokens fit the model's window of \(window)")
    }

    private func bySegments(_ reason: String) -> MethodChoice {
        MethodChoice(
            method: Segments.name,
            reason: reason + ", and it answers from those parts of the text that tell the model most; it goes over the text for every "
                + "question, and for one about the text as a whole another method should be named")
    }

    private func beyond(_ reason: String, tokens: Int = 0) -> MethodChoice {
        if let method = retrieving.first, fits(tokens) {
            return MethodChoice(method: method, reason: reason + ", and it finds what it needs in them")
        }
        return MethodChoice(method: Self.forgetful, reason: reason + "; it forgets what lies between the first tokens and the last")
    }

    /// The choice for a text that has been read already: whatever read it, if some layer can still look at all of it.
    /// - Parameter policy: that read it.
    static func choice(readWith policy: any AttentionPolicy, tokens: Int, layers: Int) -> MethodChoice {
        guard tokens > 0, (0..<layers).allSatisfy({ !policy.reach(of: tokens - 1, layer: $0).covers(tokens) }) else {
            return MethodChoice(method: policy.name, reason: "the text was read with it, and it can look at all of it")
        }
        return MethodChoice(
            method: Segments.name,
            reason: "\(policy.name), which read the text, has forgotten some of it; it goes over the text again for every question")
    }

    private func fits(_ tokens: Int) -> Bool {
        let (bytes, overflow) = tokens.multipliedReportingOverflow(by: bytesPerToken)
        return !overflow && bytes <= memory
    }
}

extension PolicyReach {
    /// Whether the first tokens of a sequence, so many of them, may all be seen.
    fileprivate func covers(_ tokens: Int) -> Bool {
        let seen = slots.sorted { $0.lowerBound < $1.lowerBound }
        return seen.reduce(0) { end, slots in slots.lowerBound <= end ? max(end, slots.upperBound) : end } >= tokens
    }
}

extension AutomaticMethod {
    /// Half of the machine's memory may hold keys and values; where there is a limit, what goes beyond it lies in files.
    init(_ options: ReadingOptions, answersOnly: Bool, decoder: Models.Decoder, arena: PageArena?) throws {
        self.answersOnly = answersOnly
        let resolved = try ResolvedReading(options.draft, decoder: decoder)
        window = resolved.window
        bytesPerToken = resolved.spec.bytesPerToken * decoder.configuration.layers
        memory = arena?.residents == nil ? Int(clamping: ProcessInfo.processInfo.physicalMemory / 2) : .max
        retrieving = Self.preferred.filter { name in
            var options = options
            options.method = AttentionMethod(name)
            return (try? ResolvedReading(options, decoder: decoder)) != nil
        }
    }
}

/// `auto` was asked for where there is no text.
struct NoLengthToChooseBy: Failure {
    var kind: FailureKind { .usage }
    var description: String { "The method auto chooses by the length of a text, and there is none here; name a method." }
}

extension AttentionMethod {
    /// One that is chosen by the text's length, the model's window, and memory.
    public static let automatic = AttentionMethod(AutomaticMethod.name)
}

extension ReadingOptions {
    /// What stands in for `auto` until the text is known: all that depends on the text alone is the same with any method.
    var draft: ReadingOptions {
        var options = self
        if method == .automatic { options.method = .full }
        return options
    }

    /// The options with `auto` put into practice.
    /// - Parameters:
    ///   - tokens: of the text; nil where it has no end.
    ///   - answersOnly: whether it will be asked questions and nothing else.
    func settled(
        tokens: Int?, reserved: Int = 0, answersOnly: Bool = false, decoder: Models.Decoder, arena: PageArena? = nil
    ) throws -> ReadingOptions {
        guard method == .automatic else { return self }
        let automatic = try AutomaticMethod(self, answersOnly: answersOnly, decoder: decoder, arena: arena)
        return settled(by: automatic.choice(tokens: tokens, reserved: reserved))
    }

    func settled(by choice: MethodChoice) -> ReadingOptions {
        var options = self
        options.method = AttentionMethod(choice.method)
        options.choice = choice
        return options
    }
}
