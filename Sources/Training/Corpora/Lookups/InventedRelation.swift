/// Relations that are made up on the spot. What is learned from them is not what they say but how a question is matched with a sentence: by
/// the words that both have, or else by what is said of the same thing, whatever kind of value comes out.
extension Relation {
    /// A relation in words drawn at random, true or made up.
    static func invented(_ random: inout CorpusRandom) -> Relation {
        let value = LookupValue.random(&random)
        return switch random.below(20) {
        case 0..<6: named(value, &random)
        case 6..<8: action(random.chance(0.7) ? .person : value, &random)
        case 8..<10: attachment(value, &random)
        case 10: measure(&random)
        case 11: calling(random.chance(0.6) ? .word : value, &random)
        case 12: purpose(value, &random)
        case 13: passive(value, &random)
        case 14..<17: reworded(value, &random)
        default: renamed(&random)
        }
    }

    /// "The second tide of …", said and asked for in general phrasings.
    private static func named(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let noun = noun(&random), preposition = random.chance(0.7) ? "of" : random.pick(["for", "at", "in", "from", "on", "behind", "to"])
        return made("\(noun) \(preposition)", .random(&random), value)
    }

    /// "… was mended by …"
    private static func action(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let verb = RelationWords.verb(RelationWords.transitive, &random)
        let who = value == .person ? "who" : random.pick(["what", "who", "which \(value.noun)"])
        return made(
            random.chance(0.5) ? "\(verb.agent) of" : nil, .random(&random), value,
            told: [
                "{s} was \(verb.past) by {v}", "{v} \(verb.past) {s}", "{s} is \(verb.past) by {v}", "{v} \(verb.third) {s}",
                "{s} has been \(verb.past) by {v}", "it was {v} who \(verb.past) {s}", "{s}, \(verb.past) by {v}, is still there",
                "the one who \(verb.past) {s} was {v}",
            ],
            asked: [
                "\(who) \(verb.past) {s}?", "by whom was {s} \(verb.past)?", "\(who) \(verb.third) {s}?",
                "\(who) was it that \(verb.past) {s}?",
                "{s} was \(verb.past) by whom?", "\(who) has \(verb.past) {s}?",
            ])
    }

    /// "… leans against …"
    private static func attachment(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let verb = RelationWords.verb(RelationWords.intransitive, &random), preposition = random.pick(RelationWords.prepositions)
        let what = value.interrogative(&random), tail = random.pick(["", "", " every day", " now"])
        return made(
            nil, .random(&random), value,
            told: [
                "{s} \(verb.third) \(preposition) {v}", "{s} \(verb.past) \(preposition) {v}", "{s} has \(verb.past) \(preposition) {v}",
                "{s} is \(verb.gerund) \(preposition) {v}", "it is \(preposition) {v} that {s} \(verb.third)\(tail)",
                "{s} always \(verb.third) \(preposition) {v}",
            ],
            asked: [
                "\(what) does {s} \(verb.base) \(preposition)?", "\(what) did {s} \(verb.base) \(preposition)?",
                "\(preposition) \(what) does {s} \(verb.base)?", "\(what) is {s} \(verb.gerund) \(preposition)?",
                "\(what) has {s} \(verb.past) \(preposition)?", "{s} \(verb.third) \(preposition) \(what)?",
            ])
    }

    /// "… is 12 yards wide."
    private static func measure(_ random: inout CorpusRandom) -> Relation {
        let isKnown = random.chance(0.6), word = RelationWords.madeUp(&random), pair = random.pick(RelationWords.measures)
        let adjective = isKnown ? pair.adjective : word, noun = isKnown ? pair.noun : word + "ness", unit = random.pick(RelationWords.units)
        return made(
            random.chance(0.6) ? "\(noun) of" : nil, .random(&random), .count,
            told: [
                "{s} is {v} \(unit) \(adjective)", "{s} has a \(noun) of {v} \(unit)", "in \(noun) {s} comes to {v} \(unit)",
                "{s} was found to be {v} \(unit) \(adjective)",
            ],
            asked: [
                "how \(adjective) is {s}?", "how many \(unit) \(adjective) is {s}?", "how many \(unit) has {s}?", "what \(noun) has {s}?",
            ])
    }

    /// "The sailors call … …"
    private static func calling(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let group = random.pick(RelationWords.groups), noun = noun(&random)
        return made(
            random.chance(0.5) ? "\(noun) of" : nil, .random(&random), value,
            told: [
                "the \(group) call {s} {v}", "to the \(group) {s} is {v}", "{s} is {v} to all \(group)",
                "the \(group) speak of {s} as {v}", "for the \(group) {s} is known as {v}",
            ],
            asked: [
                "what do the \(group) call {s}?", "what is {s} to the \(group)?", "how do the \(group) speak of {s}?",
                "as what is {s} known to the \(group)?", "what name do the \(group) have for {s}?",
            ])
    }

    /// "To reach … the pilgrims needed …"
    private static func purpose(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let verb = RelationWords.verb(RelationWords.transitive, &random), act = RelationWords.verb(RelationWords.transitive, &random)
        let group = random.pick(["one", "they", "we", "people"]), what = value.interrogative(&random)
        return made(
            random.chance(0.4) ? "\(noun(&random)) for" : nil, .random(&random), value,
            told: [
                "to \(verb.base) {s} \(group) \(act.past) {v}", "\(group) \(act.past) {v} to \(verb.base) {s}",
                "whoever wants to \(verb.base) {s} will \(act.base) {v}", "{s} cannot be \(verb.past) unless {v} is \(act.past)",
            ],
            asked: [
                "what did \(group) \(act.base) to \(verb.base) {s}?", "\(what) must be \(act.past) to \(verb.base) {s}?",
                "to \(verb.base) {s}, \(what) does one \(act.base)?",
            ])
    }

    /// "… is covered with …"
    private static func passive(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let verb = RelationWords.verb(RelationWords.transitive, &random), what = value.interrogative(&random)
        let preposition = random.pick(["with", "to", "for", "from", "under", "in", "at", "against", "after", "as"])
        return made(
            random.chance(0.4) ? "\(noun(&random)) of" : nil, .random(&random), value,
            told: [
                "{s} is \(verb.past) \(preposition) {v}", "{s} was \(verb.past) \(preposition) {v}",
                "{s} has long been \(verb.past) \(preposition) {v}", "they \(verb.past) {s} \(preposition) {v}",
            ],
            asked: [
                "what is {s} \(verb.past) \(preposition)?", "\(preposition) \(what) is {s} \(verb.past)?",
                "\(what) was {s} \(verb.past) \(preposition)?", "\(preposition) \(what) did they \(verb.base) {s}?",
            ])
    }

    /// Told in one set of words and asked for in others, that have nothing to do with each other: there is only one thing that it can be.
    private static func reworded(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        let telling = phrased(value, &random), asking = phrased(value, &random), name = "\(noun(&random)) of"
        let tells = random.chance(0.7), asks = !tells || random.chance(0.4)
        return Relation(
            tells && asks ? nil : name, of: telling.subject, value, told: tells ? telling.told : [], asked: asks ? asking.asked : [],
            origin: .reworded)
    }

    /// Told as one of the lists, asked for in words that do not tell what is meant: what is known of the thing is then the only answer.
    private static func renamed(_ random: inout CorpusRandom) -> Relation {
        let told = random.pick(random.chance(0.5) ? trained : further)
        let asked = random.chance(0.4) ? phrased(told.value, &random).asked : []
        return Relation(
            "\(noun(&random)) of", of: told.subject, told.value, told: told.told, asked: asked, origin: .renamed)
    }

    /// One that is told in a verb's words.
    private static func phrased(_ value: LookupValue, _ random: inout CorpusRandom) -> Relation {
        switch random.below(5) {
        case 0: action(value, &random)
        case 1: attachment(value, &random)
        case 2: calling(value, &random)
        case 3: purpose(value, &random)
        default: passive(value, &random)
        }
    }

    private static func made(
        _ name: String?, _ subject: LookupSubject, _ value: LookupValue, told: [String] = [], asked: [String] = []
    ) -> Relation {
        Relation(name, of: subject, value, told: told, asked: asked, origin: .invented)
    }

    private static func noun(_ random: inout CorpusRandom) -> String {
        let noun = random.chance(0.3) ? RelationWords.madeUp(&random) : random.pick(RelationWords.nouns)
        return switch random.below(5) {
        case 0: random.pick(RelationWords.modifiers) + " " + noun
        case 1: random.pick(RelationWords.nouns) + " " + noun
        default: noun
        }
    }
}
