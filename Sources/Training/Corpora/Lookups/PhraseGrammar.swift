/// Ways to say a fact and to ask for it that are put together from parts, for any relation that has a name: more than any list could hold.
/// What comes out has `{s}` for what it is said of and `{v}` for what is said. None of the phrasings that are held out can come out.
struct PhraseGrammar {
    /// "password", and what joins it to its subject: "for".
    private let noun: String
    private let preposition: String

    /// - Parameter relation: a name that ends in a preposition, as those of `Relation` do.
    init(relation: String) {
        let words = relation.split(separator: " ")
        noun = words.dropLast().joined(separator: " ")
        preposition = words.last.map(String.init) ?? "of"
    }

    /// "the password for {s}", "{s}'s password".
    private func named(_ random: inout CorpusRandom) -> String {
        random.chance(0.25) ? "{s}'s \(noun)" : "the \(noun) \(preposition) {s}"
    }

    // MARK: - Statements

    func statement(_ random: inout CorpusRandom) -> String {
        let named = named(&random), link = random.pick(Self.links)
        return switch random.below(28) {
        case 22..<26: valueFirst(named, &random)
        case 26: "{s}, and \(random.pick(["its", "the"])) \(noun) \(link) {v}, \(random.pick(Self.endings))"
        case 0..<6: "\(named) \(link) {v}"
        case 6..<9: "{v} \(random.pick(Self.inverseLinks)) \(named)"
        case 9: "\(random.pick(["for", "as for", "in the case of", "with", "speaking of"])) {s}, the \(noun) \(link) {v}"
        case 10: "{s} has {v} for \(random.pick(["a \(noun)", "its \(noun)", noun]))"
        case 11: "{s}, whose \(noun) \(link) {v}, \(random.pick(Self.endings))"
        case 12: "\(random.pick(Self.choosers)) \(random.pick(Self.choices)) {v} as \(named)"
        case 13: "\(named)\(random.pick([": ", " - ", " = ", ", namely ", ": it is ", " (", " -> "])){v}".closed
        case 14: "{s}\(random.pick([", ", ": ", " - "]))\(noun)\(random.pick([": ", " ", " = "])){v}"
        case 15: "\(random.pick(Self.askers)) about \(named) and was told: {v}"
        case 16: "\(random.pick(["it is", "it was", "it must be"])) {v} that \(random.pick(Self.inverseLinks)) \(named)"
        case 17, 18: "\(named), \(random.pick(Self.asides)), \(link) {v}"
        case 19:
            "there is \(random.pick(["only one", "a", "one", "a new"])) \(noun) \(preposition) {s}\(random.pick([": ", ", namely ", ", and it is "])){v}"
        case 20: "\(named) \(link) {v}\(random.pick(Self.tails))"
        default: "{s} got {v} as \(random.pick(["a ", "its ", "the ", "a new "]))\(noun)"
        }
    }

    /// The value, then what it is and of what.
    private func valueFirst(_ named: String, _ random: inout CorpusRandom) -> String {
        let chooser = random.pick(Self.choosers)
        return switch random.below(10) {
        case 0:
            "\(random.pick(["use", "read", "write", "try", "enter", "pick"])) {v} \(random.pick(["as", "for", "where it asks for"])) \(named)"
        case 1: "let {v} be \(named)"
        case 2: "\(chooser) \(random.pick(["thought of", "proposed", "insisted on", "voted for", "hit upon"])) {v} for \(named)"
        case 3: "{v}, \(random.pick(Self.asides)), \(random.pick(Self.inverseLinks)) \(named)"
        case 4: "with {v} for \(random.pick(["its ", "a ", ""]))\(noun), {s} \(random.pick(Self.endings))"
        case 5: "{v}: that \(random.pick(["is", "was", "must be"])) \(named)"
        case 6: "\(chooser) \(random.pick(["call", "called", "consider", "considered"])) {v} \(named)"
        case 7: "the choice fell on {v} as \(named)"
        case 8: "{v} is what \(chooser) \(random.pick(["gave", "wrote down", "remember", "read out"])) as \(named)"
        default: "\(random.pick(["it is", "it was"])) {v}, and nothing else, that \(random.pick(Self.inverseLinks)) \(named)"
        }
    }

    /// A statement inside a longer sentence.
    static func embedded(_ statement: String, _ random: inout CorpusRandom) -> String {
        switch random.below(5) {
        case 0: "that \(statement) \(random.pick(verdicts))"
        case 1: "\(random.pick(conjunctions)) \(statement), \(random.pick(consequences))"
        case 2: "\(random.pick(consequences)), \(random.pick(conjunctions)) \(statement)"
        default: statement + random.pick(tails)
        }
    }

    private static let verdicts = [
        "is well known", "is beyond doubt", "came as a surprise", "was news to me", "is not in the books", "can be read in the paper",
        "made people talk", "explains a good deal", "has been proved", "is no secret", "mattered little then", "pleased her",
    ]
    private static let conjunctions = ["since", "because", "as", "although", "while", "now that", "even though", "seeing that", "for"]
    private static let consequences = [
        "nothing more was said", "they made no haste", "the matter was dropped", "we went on", "nobody asked any more", "she was content",
        "everyone went home", "it was soon arranged", "he only smiled", "there was no need to worry", "the others kept quiet",
        "one thing was clear", "people came to look", "much had to be done",
    ]

    private static let links = [
        "is", "is", "is", "was", "was", "remains", "became", "has become", "seems to be", "proved to be", "is known to be",
        "was known to be",
        "is believed to be", "is supposed to be", "is reported to be", "was reported as", "is recorded as", "is listed as",
        "was written down as", "is entered as", "was fixed as", "had been changed to", "was changed to", "has lately been", "will be",
        "would be", "can only be", "could only be", "may be", "has never been anything but", "is nothing but", "used to be", "is again",
        "is and stays", "is simply", "is in fact", "is of course", "is, they say,", "was, to my surprise,", "came to be", "ended up as",
        "goes down as", "comes to", "is marked as", "has to be", "ought to be", "shall be", "is to be", "is thought to be",
        "is understood to be", "had become", "was then", "is once more", "is no longer secret: it is", "equals", "was supposedly",
        "is always",
        "was found to be", "is given here as", "depends on nobody and is", "is quite plainly", "was at last", "should have been",
    ]
    private static let inverseLinks = [
        "is", "was", "is", "was", "became", "remains", "has become", "makes", "must be", "would be", "is known as", "is listed as",
        "will be",
        "was written down as", "was given as", "has always been", "is in fact", "is now", "stands as", "passes for", "counts as",
        "came to be",
        "was named as", "is entered as", "is supposed to be", "has been put down as", "is recorded as", "did as", "is again",
    ]
    private static let choosers = [
        "they", "we", "she", "he", "the council", "the committee", "somebody", "the clerk", "nobody but the captain", "the two brothers",
        "everyone", "the teacher", "I", "the court", "the neighbours",
    ]
    private static let choices = [
        "chose", "picked", "gave", "named", "wrote down", "entered", "noted", "recorded", "accepted", "agreed on", "decided on", "fixed on",
        "put down", "recognised", "remembered", "approved", "mentioned", "listed", "confirmed", "quoted", "reported", "knew of",
    ]
    private static let askers = [
        "she asked", "he asked", "somebody asked", "I asked", "the judge asked", "a stranger enquired", "the boy wanted to know",
        "my father enquired", "one of us asked", "the visitor wondered",
    ]
    private static let asides = [
        "as far as I know", "they say", "I think", "or so we heard", "if you ask me", "of all things", "by the way", "as everybody knows",
        "according to the clerk", "it seems", "strange to say", "whatever people say", "as you will remember", "for what it is worth",
        "since last week", "after a long debate", "in the end", "without any doubt", "as she wrote in her letter", "to tell the truth",
        "which few people know", "which matters here", "much talked of", "at least on paper", "as was to be expected",
    ]
    private static let endings = [
        "stood empty that winter", "is well known here", "was mentioned twice", "comes next", "needs no introduction", "is another matter",
        "was the last on the list", "interests us most", "was seldom spoken of", "is the one I mean", "has not changed since",
        "will be remembered", "was not forgotten", "deserves a word",
    ]
    private static let tails = [
        ", or so it is said", ", as everybody knows", " and nothing else", ", I believe", " for the time being", " these days",
        " at present",
        ", to be exact", ", as before", ", not anything else", " and will stay so", ", she added", ", he wrote", " again", ", as promised",
        " to this day", ", which surprised us all", " in the meantime", " since the spring",
    ]

    // MARK: - Questions

    func question(_ random: inout CorpusRandom) -> String {
        let named = named(&random)
        return switch random.below(16) {
        case 0..<4: "\(random.pick(Self.beginnings)) \(named)?"
        case 4..<8: "\(random.pick(Self.requests)) \(named)\(random.pick([".", ".", ", please.", "!", " in the text."]))"
        case 8:
            random.pick([
                "what \(noun) does {s} have?", "what \(noun) has {s}?", "which \(noun) belongs to {s}?", "what \(noun) is given for {s}?",
            ])
        case 9: "\(random.pick(["for", "as for", "in the case of", "about"])) {s}\(random.pick([", ", ": "]))what is the \(noun)?"
        case 10:
            "\(random.pick(Self.needs)) \(named)\(random.pick([".", ". What is it?", ". Which one is it?", ". What does the text say?"]))"
        case 11: "\(named) \(random.pick(["is what?", "was what?", "- what is it?", "would be what?", ", please."]))"
        case 12:
            random.pick([
                "and \(named)?", "how about \(named)?", "\(named)?", "\(noun) \(preposition) {s}?", "{s}: \(noun)?", "{s} - which \(noun)?",
            ])
        case 13: "\(random.pick(Self.polite)) what \(named) \(random.pick(["is", "was"]))?"
        case 14: "{s} has \(random.pick(["a", "some", "its"])) \(noun). \(random.pick(["Which?", "Which one?", "What is it?", "Name it."]))"
        default: "\(random.pick(["complete", "fill in", "finish the sentence", "continue"])): \(named) is ..."
        }
    }

    private static let beginnings = [
        "what is", "what was", "which is", "what will be", "what may be", "what could be", "what exactly is", "what, then, is",
        "what on earth is",
        "what is called", "what did the text name as", "what does it say about", "what did you read about", "what have we learned of",
        "what is known of", "what do they give as", "what did they choose as", "what became", "do you remember", "have you found",
        "did you notice", "is there any word of", "does the text mention", "who or what is", "what have you got as", "what was named as",
        "what serves here as", "what do people say is", "what makes", "what was supposed to be",
    ]
    private static let requests = [
        "give me", "say", "write down", "repeat", "quote", "look for", "read out", "show me", "let me know", "let us hear", "note",
        "report",
        "recall", "answer with", "help me find", "help me with", "point out", "copy out", "search for", "tell us", "tell me about", "print",
        "extract", "look through the text for", "return", "mention", "list", "identify", "spell out", "pass me", "bring up", "I ask for",
    ]
    private static let needs = [
        "I am looking for", "I want to know", "we need", "I should like to have", "everyone wants", "my friend asks for", "it is about",
        "somebody asked me for", "I cannot recall", "I do not see", "I was asked for", "this is about", "we still lack",
        "I am curious about",
        "there was something about", "it slipped my mind:", "let us talk of",
    ]
    private static let polite = [
        "can you say", "would you tell me", "could anyone say", "do you know", "does anyone know", "may I ask", "does it say",
        "can you find out", "could you tell us", "is it said", "did they say", "are we told", "can one know",
    ]

    // MARK: - Around them

    /// What may stand before a statement.
    static func leadIn(_ random: inout CorpusRandom) -> String {
        let speaker = random.pick(["the", "the", "my", "her", "an old", "one"]) + " " + random.pick(RelationWords.speakers)
        return switch random.below(6) {
        case 0..<3: "\(speaker) \(random.pick(sayings)) that"
        case 3: "\(random.pick(settings)),"
        case 4: "\(random.pick(settings)) \(speaker) \(random.pick(sayings)) that"
        default:
            "\(speaker) \(random.pick(["said", "wrote", "replied", "cried", "called out", "whispered", "noted"]))\(random.pick([":", ","]))"
        }
    }

    private static let sayings = [
        "said", "says", "wrote", "swears", "thinks", "believed", "claimed", "told us", "told everybody", "mentioned", "repeated",
        "read out",
        "found out", "remembered", "confirmed", "denied that anything had changed and", "heard", "kept saying", "has learned", "was sure",
        "explained", "let slip", "complained", "promised", "discovered", "knows", "noticed", "wishes it known",
    ]
    private static let settings = [
        "that year", "in the evening", "after supper", "since the fire", "in the third week", "on the same page", "in the second drawer",
        "at the market", "in the spring", "although it rained", "when the bell rang", "to be honest", "in short", "first of all", "besides",
        "at any rate", "after all", "in any case", "meanwhile", "later", "on Monday", "once more", "for some reason", "strangely enough",
        "in the village", "at the inn", "as a rule", "in a letter of that summer", "to everyone's surprise", "before the war",
        "as it was late",
    ]

    /// What may stand around a question, with `{q}` for it.
    static func frame(_ random: inout CorpusRandom) -> String {
        switch random.below(8) {
        case 0..<4: "{q}"
        case 4..<6: "\(random.pick(openers))\(random.pick([", ", ": ", " - ", ". "])){q}"
        case 6: "{q} \(random.pick(closers))"
        default: "\(random.pick(openers)) \(random.pick(RelationWords.speakers + RelationWords.nouns)): {q}"
        }
    }

    private static let openers = [
        "tell me", "now", "well then", "next", "please answer", "so", "in the text above", "from this page", "here is what I want to know",
        "a question", "my question is this", "then", "please", "again", "I ask you", "think", "to begin with", "another one",
        "last question",
        "let us see", "read it again", "remember what you read", "as the text has it", "if you can", "one word only", "be exact", "hello",
        "excuse me", "listen", "for my notes", "first", "and", "but", "look it up", "answer this", "in a word", "help me", "says the",
        "asks the", "for the", "to the",
    ]
    private static let closers = [
        "Please.", "I forgot.", "Be exact.", "Tell me.", "Answer in a word.", "It must be in the text.", "Look for it.", "Thank you.",
        "I need it now.", "Do you know?", "It was in there somewhere.", "Quote the text.",
    ]
}

extension String {
    /// With the bracket closed that it may have opened.
    fileprivate var closed: String { contains("(") ? self + ")" : self }
}
