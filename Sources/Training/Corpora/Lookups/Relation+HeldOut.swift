extension Relation {
    /// Relations that no training shows, in any wording.
    static let heldOutRelations = [
        Relation(
            "height of", of: .guarded, .count,
            told: ["{s} is {v} feet high", "{s} rises to {v} feet"], asked: ["how high is {s}?", "how many feet high is {s}?"]),
        Relation(
            "architect of", of: .guarded, .person,
            told: ["{s} was designed by {v}", "{v} drew the plans for {s}"],
            asked: ["who designed {s}?", "who drew the plans for {s}?"]),
        Relation(
            "nickname of", of: .person, .word,
            told: ["friends call {s} {v}", "{s} is known among friends as {v}"],
            asked: ["what do friends call {s}?", "how is {s} known among friends?"]),
        Relation(
            "husband of", of: .person, .person,
            told: ["{s} is married to {v}", "{s} married {v}"], asked: ["to whom is {s} married?", "whom did {s} marry?"]),
        Relation(
            "shoe size of", of: .person, .count,
            told: ["{s} takes shoes of size {v}"], asked: ["which size of shoes does {s} take?"]),
        Relation(
            "call sign of", of: .ship, .code,
            told: ["{s} answers to the call sign {v}", "on the radio {s} is {v}"],
            asked: ["what is {s} on the radio?", "to which call sign does {s} answer?"]),
        Relation(
            "length of", of: .ship, .count,
            told: ["{s} measures {v} feet from stem to stern"], asked: ["how long is {s}?", "how many feet does {s} measure?"]),
        Relation(
            "insurer of", of: .thing, .person,
            told: ["{s} is insured with {v}"], asked: ["with whom is {s} insured?", "who insures {s}?"]),
        Relation(
            "material of", of: .thing, .cargo,
            told: ["{s} is made out of {v}"], asked: ["what is {s} made out of?"]),
        Relation(
            "favourite food of", of: .animal, .cargo,
            told: ["{s} eats nothing but {v}", "{s} is mad about {v}"], asked: ["what does {s} eat?", "what is {s} mad about?"]),
        Relation(
            "founder of", of: .town, .person,
            told: ["{s} was founded by {v}", "{v} founded {s}"], asked: ["who founded {s}?", "by whom was {s} founded?"]),
        Relation(
            "chief export of", of: .town, .cargo,
            told: ["{s} grew rich by selling {v}"], asked: ["what did {s} grow rich by selling?"]),
        Relation(
            "host of", of: .event, .person,
            told: ["{s} was given by {v}", "{v} paid for {s}"], asked: ["who gave {s}?", "who paid for {s}?"]),
        Relation(
            "entrance fee for", of: .event, .price,
            told: ["to get into {s} one paid {v}"], asked: ["what did one pay to get into {s}?"]),
    ]
}
