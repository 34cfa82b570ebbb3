/// Ways to say a fact and to ask for it, with `{s}` for what it is said of, `{v}` for what is said, and in phrasings for any relation
/// `{r}` for its name. Sentences are written without their capital and their full stop.
struct Phrasing: Sendable {
    let statements: [String]
    let questions: [String]

    static let none = Phrasing(statements: [], questions: [])

    /// Those for all relations that have a name ("the password for the north gate").
    static func general(_ split: LookupSplit) -> Phrasing {
        switch split {
        case .training: Phrasing(statements: trainingStatements, questions: trainingQuestions)
        case .heldOut: Phrasing(statements: heldOutStatements, questions: heldOutQuestions)
        }
    }

    /// What may stand before any statement.
    static func leadIns(_ split: LookupSplit) -> [String] {
        switch split {
        case .training: trainingLeadIns
        case .heldOut: heldOutLeadIns
        }
    }

    /// What may stand around any question, with `{q}` for it.
    static func questionFrames(_ split: LookupSplit) -> [String] {
        switch split {
        case .training: trainingFrames
        case .heldOut: heldOutFrames
        }
    }

    private static let trainingStatements = [
        "the {r} {s} is {v}", "the {r} {s} was {v}", "the {r} {s} would be {v} from that day on", "the {r} {s} had always been {v}",
        "they agreed that the {r} {s} should be {v}", "the {r} {s} is given as {v}", "it turned out that the {r} {s} was {v}",
        "the {r} {s} stays {v} until further notice", "the {r} {s} is now {v}", "the {r} {s}: {v}", "the {r} {s}, he said, was {v}",
        "the {r} {s} is none other than {v}", "the {r} {s} has been set to {v}", "the {r} {s} must be {v}", "{v} is the {r} {s}",
        "{v} was the {r} {s}", "the {r} {s} (it was {v}) had been forgotten by everyone else",
        "when asked about the {r} {s}, she answered: {v}", "the {r} {s} reads {v}", "the {r} {s} is still {v}",
    ]

    private static let heldOutStatements = [
        "the {r} {s} happens to be {v}", "as to the {r} {s}, it is {v}", "we settled on {v} as the {r} {s}",
        "the {r} {s} is said to be {v}", "{v} serves as the {r} {s}", "the {r} {s} turned out to be {v}",
        "the {r} {s} will remain {v}", "take {v} for the {r} {s}",
    ]

    private static let trainingQuestions = [
        "what is the {r} {s}?", "what was the {r} {s}?", "tell me the {r} {s}.", "which is the {r} {s}?", "can you tell me the {r} {s}?",
        "what does the text give as the {r} {s}?", "do you know the {r} {s}?", "give the {r} {s}.", "the {r} {s}?",
        "I need the {r} {s}. What is it?", "what is said to be the {r} {s}?", "name the {r} {s}.", "what would be the {r} {s}?",
        "find the {r} {s}.", "what is given as the {r} {s}?", "please find the {r} {s} in the text.",
    ]

    private static let heldOutQuestions = [
        "could you look up the {r} {s}?", "what's the {r} {s}?", "state the {r} {s}.", "I have forgotten the {r} {s}; what was it?",
        "would you remind me of the {r} {s}?", "what do we know about the {r} {s}?",
    ]

    private static let trainingLeadIns = [
        "remember that", "remember:", "note that", "it is well known that", "somebody had written in the margin that",
        "the letter said that",
        "she told us that", "he explained that", "everyone in the village knew that", "the notice on the wall said that", "for the record,",
        "write this down:", "at that time", "in those days", "as far as anyone could tell,", "it should be said that", "by the way,",
        "according to the register,", "the old man swore that", "before leaving she repeated that", "on the first page it says that",
        "it may be useful to know that", "nobody doubted that", "the clerk noted that",
    ]

    private static let heldOutLeadIns = [
        "do not forget that", "the message read:", "keep in mind that", "it was announced that", "my aunt insists that",
        "a footnote adds that", "between ourselves,", "the report states that",
    ]

    private static let trainingFrames = [
        "{q}", "{q}", "{q}", "{q}", "according to the text, {q}", "question: {q}", "from what you have read, {q}", "think back: {q}",
        "here is a question: {q}", "I wonder: {q}",
    ]

    private static let heldOutFrames = ["{q}", "{q}", "going by the text above, {q}", "one more thing: {q}", "quick question: {q}"]
}

extension String {
    /// With what stands for the parts in braces.
    func filled(subject: String = "", value: String = "", relation: String = "") -> String {
        var filled = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            let part = rest[open...].prefix(3)
            switch part {
            case "{s}": filled += subject
            case "{v}": filled += value
            case "{r}": filled += relation
            default: filled += part
            }
            rest = rest[open...].dropFirst(part.count)
        }
        return filled + rest
    }
}
