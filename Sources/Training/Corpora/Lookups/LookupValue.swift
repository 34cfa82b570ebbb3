/// Kinds of things that a text can say, each drawn from very many.
enum LookupValue: CaseIterable, Sendable {
    case number, passkey, code, word, person, town, room, colour, date, year, time, price, cargo, job, animal, thing, place, ship, count

    /// A value of the kind that belongs to a part of the split.
    func draw(_ split: LookupSplit, _ random: inout CorpusRandom) -> String {
        switch self {
        // Too few for holding some of them out to leave enough.
        case .job, .cargo, .year: make(&random)
        default: split.draw(&random, make)
        }
    }

    private func make(_ random: inout CorpusRandom) -> String {
        switch self {
        case .number: Self.digits(random.within(2...6), &random)
        case .passkey: Self.digits(random.within(4...7), &random)
        case .code: Self.code(&random)
        case .word: Self.word(&random)
        case .person: Self.person(&random)
        case .town: random.pick(LookupWords.townBeginnings) + random.pick(LookupWords.familyEndings)
        case .room: "the " + Self.described(LookupWords.rooms, &random)
        case .colour: Self.colour(&random)
        case .date: "\(random.within(1...28)) \(random.pick(LookupWords.months)) \(random.within(1700...1999))"
        case .year: "\(random.within(1500...2020))"
        case .time: "\(random.within(1...12)):\(Self.twoDigits(random.below(60)))"
        case .price: "\(random.within(2...990)) \(random.pick(LookupWords.currencies))"
        case .cargo: random.pick(LookupWords.cargoes)
        case .job: random.pick(LookupWords.jobs)
        case .animal: "the " + Self.described(LookupWords.animals, &random)
        case .thing: "the " + Self.described(LookupWords.things, &random)
        case .place: Self.place(&random)
        case .ship: "the " + random.pick(LookupWords.adjectives).capitalisedFirst + " " + random.pick(LookupWords.animals).capitalisedFirst
        case .count: "\(random.within(2...999))"
        }
    }

    // MARK: - Values of relations that are made up

    /// What a relation can be about that is made up: any kind that stands behind any verb.
    static func random(_ random: inout CorpusRandom) -> LookupValue { random.pick(allCases.filter { $0 != .place }) }

    /// What asks for it: "what", "which town".
    func interrogative(_ random: inout CorpusRandom) -> String {
        guard random.chance(0.4) else { return "what" }
        return self == .person ? "whom" : random.pick(["which ", "what "]) + noun
    }

    /// What values of the kind are called.
    var noun: String {
        switch self {
        case .number, .passkey, .count: "number"
        case .date: "day"
        case .price: "sum"
        case .cargo: "goods"
        case .job: "trade"
        case .code, .word, .person, .town, .room, .colour, .year, .time, .animal, .thing, .place, .ship: "\(self)"
        }
    }

    private static func digits(_ count: Int, _ random: inout CorpusRandom) -> String {
        (0..<count).map { place in String(place == 0 ? random.within(1...9) : random.below(10)) }.joined()
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func letters(_ count: Int, _ random: inout CorpusRandom) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ")
        return (0..<count).map { _ in String(random.pick(alphabet)) }.joined()
    }

    private static func code(_ random: inout CorpusRandom) -> String {
        switch random.below(5) {
        case 0: letters(2, &random) + "-" + digits(4, &random)
        case 1: letters(3, &random) + digits(3, &random)
        case 2: digits(2, &random) + letters(1, &random) + "-" + digits(2, &random)
        case 3: digits(3, &random) + "-" + digits(4, &random)
        default: letters(random.within(4...6), &random)
        }
    }

    private static func word(_ random: inout CorpusRandom) -> String {
        switch random.below(4) {
        case 0: random.pick(LookupWords.adjectives) + " " + random.pick(LookupWords.animals)
        case 1: random.pick(LookupWords.things) + "-" + random.pick(LookupWords.animals)
        case 2: (0..<random.within(2...4)).map { _ in random.pick(LookupWords.syllables) }.joined().capitalisedFirst
        default: (0..<random.within(2...4)).map { _ in random.pick(LookupWords.syllables) }.joined()
        }
    }

    private static func person(_ random: inout CorpusRandom) -> String {
        let first = random.pick(LookupWords.firstNameBeginnings) + random.pick(LookupWords.firstNameEndings)
        let family = LookupWords.family(&random)
        return switch random.below(6) {
        case 0: first
        case 1: random.pick(["Mr.", "Mrs.", "Miss", "Captain", "Doctor", "Sergeant"]) + " " + family
        default: first + " " + family
        }
    }

    private static func colour(_ random: inout CorpusRandom) -> String {
        random.chance(0.4) ? random.pick(LookupWords.shades) + " " + random.pick(LookupWords.colours) : random.pick(LookupWords.colours)
    }

    private static func place(_ random: inout CorpusRandom) -> String {
        let preposition = random.pick(["under", "behind", "beside", "inside", "on top of", "near", "below", "above"])
        return "\(preposition) the \(described(LookupWords.things, &random))"
    }

    private static func described(_ nouns: [String], _ random: inout CorpusRandom) -> String {
        random.chance(0.75) ? random.pick(LookupWords.adjectives) + " " + random.pick(nouns) : random.pick(nouns)
    }
}

/// Kinds of things that something can be said of.
enum LookupSubject: Sendable {
    case guarded, person, ship, thing, animal, town, event
    /// Kinds that only relations have that are made up.
    case street, numbered, firm, possession, part

    /// Any kind, those that listed relations have more often.
    static func random(_ random: inout CorpusRandom) -> LookupSubject {
        let listed: [LookupSubject] = [.guarded, .person, .ship, .thing, .animal, .town, .event]
        return random.pick(listed + listed + [.street, .numbered, .firm, .possession, .part])
    }

    /// A subject that belongs to a part of the split.
    func draw(_ split: LookupSplit, _ random: inout CorpusRandom) -> String {
        split.draw(&random) { random in
            switch self {
            case .guarded: "the " + random.pick(LookupWords.adjectives) + " " + random.pick(LookupWords.guarded)
            case .person: LookupValue.person.draw(split, &random)
            case .ship: LookupValue.ship.draw(split, &random)
            case .thing: "the " + random.pick(LookupWords.adjectives) + " " + random.pick(LookupWords.things)
            case .animal: "the " + random.pick(LookupWords.adjectives) + " " + random.pick(LookupWords.animals)
            case .town: LookupValue.town.draw(split, &random)
            case .event: "the " + random.pick(LookupWords.adjectives) + " " + random.pick(LookupSubject.events)
            case .street:
                random.pick(LookupWords.familyBeginnings + LookupWords.townBeginnings) + random.pick(["", "ton", "ley", "wood"]) + " "
                    + random.pick(["Street", "Lane", "Road", "Square", "Hill", "Bridge", "Park", "Court", "Green", "Wharf"])
            case .numbered: random.pick(LookupSubject.numberedThings) + " \(random.within(2...99))"
            case .firm:
                LookupWords.family(&random)
                    + random.pick([" & Sons", " & Co", " and Daughters", " Brothers", " & " + LookupWords.family(&random)])
            case .possession: LookupValue.person.draw(split, &random) + "'s " + random.pick(LookupWords.things + LookupWords.animals)
            case .part:
                "the " + random.pick(LookupWords.things) + " " + random.pick(["in", "of", "behind", "from", "beside"]) + " the "
                    + random.pick(LookupWords.adjectives) + " " + random.pick(LookupWords.rooms + LookupWords.things)
            }
        }
    }

    private static let numberedThings = [
        "room", "box", "train", "house", "ticket", "chapter", "table", "cabin", "locker", "page", "regiment", "bus", "number", "cell",
        "shelf",
        "file", "pump", "field", "parcel", "sample", "wagon", "gate", "channel", "lot",
    ]

    private static let events = [
        "ball", "banquet", "concert", "council", "dance", "dinner", "fair", "feast", "funeral", "lecture", "meeting", "parade", "play",
        "race",
        "regatta", "sale", "supper", "tournament", "trial", "wedding",
    ]
}

extension String {
    /// With a capital at the beginning.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
