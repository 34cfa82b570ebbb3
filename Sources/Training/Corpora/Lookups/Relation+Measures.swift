/// How much of something there is, and when something was.
extension Relation {
    static let measures: [Relation] = (sizes + tallies + pastDates + pastYears + hours).flatMap { $0 }

    /// "… is 12 yards wide", asked for as "how wide", "how much … across".
    /// - Parameters:
    ///   - name: what such a quantity is called.
    ///   - adjective: "wide".
    ///   - unit: what is counted.
    private static func size(_ name: String, _ adjective: String, _ unit: String, of subjects: [LookupSubject]) -> [Relation] {
        subjects.map {
            Relation(
                "\(name) of", of: $0, .count,
                told: [
                    "{s} is {v} \(unit) \(adjective)", "{s} has a \(name) of {v} \(unit)",
                    "with its {v} \(unit) {s} is as \(adjective) as any",
                    "{v} \(unit) is how \(adjective) {s} is", "they found {s} to be {v} \(unit) \(adjective)",
                    "it takes {v} \(unit) to make up the \(name) of {s}",
                ],
                asked: [
                    "how \(adjective) is {s}?", "how many \(unit) is {s}?", "how great is the \(name) of {s}?",
                    "how \(adjective) did they find {s} to be?", "what does {s} come to in \(unit)?",
                    "just how \(adjective) is {s}, in \(unit)?",
                ])
        }
    }

    private static let sizes = [
        size("width", "wide", "yards", of: [.guarded, .street, .part]),
        size("breadth", "broad", "paces", of: [.street, .thing]),
        size("depth", "deep", "fathoms", of: [.guarded, .numbered]),
        size("thickness", "thick", "inches", of: [.guarded, .thing, .part]),
        size("heaviness", "heavy", "pounds", of: [.animal, .possession, .numbered]),
        size("oldness", "old", "weeks", of: [.animal, .thing, .possession]),
        size("distance", "far away", "miles", of: [.town, .guarded, .street]),
        size("remoteness", "distant", "leagues", of: [.town, .ship]),
        size("swiftness", "fast", "knots", of: [.ship]),
        size("slowness", "late", "minutes", of: [.numbered, .event]),
        size("duration", "drawn out", "hours", of: [.event]),
        size("steepness", "steep", "degrees", of: [.street]),
        size("warmth", "warm", "degrees", of: [.guarded, .numbered, .part]),
        size("strength", "strong", "horsepower", of: [.ship, .numbered]),
        size("draught", "deep in the water", "spans", of: [.ship]),
        size("spaciousness", "spacious", "acres", of: [.guarded, .numbered, .part]),
        size("roundness", "big around", "hands", of: [.animal, .thing]),
    ]

    /// "… has 12 windows", asked for as "how many windows".
    /// - Parameters:
    ///   - things: what is counted, in words that mean the same, parted by commas.
    ///   - verbs: ways to say that so many go with the subject: "has", "counts".
    private static func tally(_ things: String, _ verbs: String, of subjects: [LookupSubject]) -> [Relation] {
        let things = things.parts, verbs = verbs.parts
        let told =
            verbs.flatMap { verb in things.map { "{s} \(verb) {v} \($0)" } }
            + things.flatMap { ["{v} \($0) go with {s}", "of \($0), {s} had {v} in all"] }
        let asked = things.flatMap {
            [
                "how many \($0) go with {s}?", "of how many \($0) is there word with {s}?", "how many are the \($0) of {s}?",
                "how many \($0) are told of for {s}?",
            ]
        }
        return subjects.map { Relation("number of \(things[0]) of", of: $0, .count, told: told, asked: asked) }
    }

    private static let tallies = [
        tally("windows, panes", "has, counts", of: [.guarded, .numbered]),
        tally("doors, entrances", "has, boasts", of: [.guarded]),
        tally("stairs, steps", "has, makes one climb", of: [.guarded, .part]),
        tally("keys", "needs, is locked with", of: [.guarded, .thing]),
        tally("rooms, chambers", "has, contains", of: [.guarded, .possession]),
        tally("books, volumes", "owns, has read, collected", of: [.person]),
        tally("children, sons and daughters", "has, brought up, is the parent of", of: [.person]),
        tally("servants, hands", "keeps, employs, pays", of: [.person, .firm]),
        tally("sheep, ewes", "keeps, owns, drives to market", of: [.person]),
        tally("acres", "farms, ploughs, owns", of: [.person, .firm]),
        tally("languages, tongues", "speaks, knows, has learned", of: [.person]),
        tally("sisters", "has, grew up with", of: [.person]),
        tally("pupils, scholars", "teaches, has", of: [.person]),
        tally("masts", "has, carries", of: [.ship]),
        tally("cannon, guns", "mounts, is armed with, has", of: [.ship, .guarded]),
        tally("passengers, travellers", "has room for, takes, sailed with", of: [.ship, .numbered]),
        tally("churches, chapels", "has, boasts", of: [.town]),
        tally("inns, taverns", "has, offers the traveller", of: [.town, .street]),
        tally("mills", "has, is turned by", of: [.town]),
        tally("houses, homes", "has, consists of", of: [.street, .town]),
        tally("lamps, lights", "has, is lit by", of: [.street, .guarded]),
        tally("young, little ones", "had, gave birth to", of: [.animal]),
        tally("teeth", "has, has lost", of: [.animal]),
        tally("stripes, spots", "has, wears", of: [.animal]),
        tally("musicians, players", "had, called for", of: [.event]),
        tally("dishes, courses", "had, was made up of", of: [.event]),
        tally("pages, leaves", "has, runs to", of: [.thing, .numbered]),
        tally("jewels, stones", "is set with, has", of: [.thing]),
        tally("buttons", "has, is closed with", of: [.thing, .possession]),
        tally("votes, ballots", "got, won", of: [.person]),
        tally("clerks, employees", "has, employs", of: [.firm]),
        tally("customers, clients", "has, serves", of: [.firm, .person]),
    ]

    /// What happened to something and when, in words that mean the same.
    /// - Parameters:
    ///   - name: what it is called.
    ///   - verbs: in the past, parted by commas: "opened", "was opened".
    private static func moment(
        _ name: String, _ verbs: String, _ value: LookupValue, in time: (preposition: String, noun: String), of subjects: [LookupSubject]
    ) -> [Relation] {
        let verbs = verbs.parts, preposition = time.preposition
        let told = verbs.flatMap {
            [
                "{s} \($0) \(preposition) {v}", "\(preposition) {v} {s} \($0)", "{v} was the \(time.noun) when {s} \($0)",
                "it was \(preposition) {v} that {s} \($0)",
            ]
        }
        let asked = verbs.flatMap { verb in
            let inverted = verb.hasPrefix("was ") ? ["when was {s} \(verb.dropFirst(4))?"] : []
            return inverted + [
                "\(preposition) which \(time.noun) was it that {s} \(verb)?", "when was it that {s} \(verb)?",
                "what was the \(time.noun) when {s} \(verb)?",
            ]
        }
        return subjects.map { Relation("\(time.noun) of the \(name) of", of: $0, value, told: told, asked: asked) }
    }

    private static func date(_ name: String, _ verbs: String, of subjects: [LookupSubject]) -> [Relation] {
        moment(name, verbs, .date, in: ("on", "day"), of: subjects)
    }
    private static func year(_ name: String, _ verbs: String, of subjects: [LookupSubject]) -> [Relation] {
        moment(name, verbs, .year, in: ("in", "year"), of: subjects)
    }
    private static func hour(_ name: String, _ verbs: String, of subjects: [LookupSubject]) -> [Relation] {
        moment(name, verbs, .time, in: ("at", "hour"), of: subjects)
    }

    private static let pastDates = [
        date("death", "died, passed away, breathed the last", of: [.person, .animal]),
        date("departure", "left, set out, went away", of: [.person]),
        date("return", "came back, returned, was home again", of: [.person, .ship]),
        date("arrest", "was arrested, was taken up, was led to prison", of: [.person]),
        date("promotion", "was promoted, rose in rank", of: [.person]),
        date("burial", "was buried, was laid to rest", of: [.person, .animal]),
        date("theft", "was stolen, disappeared, went missing", of: [.thing, .animal, .possession]),
        date("discovery", "was found, came to light, was discovered", of: [.thing, .possession, .part]),
        date("sale", "was sold, changed hands, found a buyer", of: [.thing, .guarded, .firm, .animal]),
        date("delivery", "was delivered, came by post", of: [.thing, .numbered]),
        date("opening", "was opened, threw open its doors, opened", of: [.guarded, .firm, .street]),
        date("closing", "was closed, shut for good, locked its doors", of: [.guarded, .firm]),
        date("burning", "burnt down, was destroyed by fire, went up in flames", of: [.guarded]),
        date("flood", "was flooded, stood under water", of: [.town, .street, .guarded]),
        date("surrender", "surrendered, fell to the enemy, gave itself up", of: [.town]),
        date("stranding", "ran aground, was stranded, struck a rock", of: [.ship]),
        date("last voyage", "sailed for the last time, made its last voyage", of: [.ship]),
        date("postponement", "was put off, was postponed", of: [.event]),
        date("purchase", "was bought, was purchased", of: [.ship, .possession]),
    ]
    private static let pastYears = [
        year("building", "was built, was erected, went up", of: [.guarded, .ship]),
        year("restoration", "was restored, was rebuilt, was made new again", of: [.guarded, .thing]),
        year("retirement", "retired, gave up work, stopped working", of: [.person]),
        year("emigration", "emigrated, went overseas, left the country", of: [.person]),
        year("graduation", "graduated, finished school, took a degree", of: [.person]),
        year("bankruptcy", "went bankrupt, failed, could not pay its debts", of: [.firm]),
        year("making", "was made, was finished, left the workshop", of: [.thing, .possession]),
        year("first mention", "was first mentioned, is first heard of, first turns up in the records", of: [.town, .street]),
        year("plague", "was struck by the plague, lost half its people to the plague", of: [.town]),
        year("scrapping", "was broken up, was scrapped, went to the breakers", of: [.ship]),
        year("first holding", "was held for the first time, first took place", of: [.event]),
        year("printing", "was printed, came off the press", of: [.thing]),
    ]
    private static let hours = [
        hour("waking", "got up, rose, left the bed", of: [.person]),
        hour("going to bed", "went to bed, lay down to sleep, put out the light", of: [.person]),
        hour("leaving", "went home, took leave, left", of: [.person]),
        hour("dinner", "dined, sat down to dinner", of: [.person]),
        hour("closing", "closed, was locked up, was shut for the night", of: [.guarded, .firm]),
        hour("end", "ended, was over, came to an end", of: [.event]),
        hour("interruption", "was interrupted, broke off", of: [.event]),
        hour("departure", "departed, pulled out, went on its way", of: [.numbered]),
        hour("arrival", "arrived, pulled in, came in", of: [.numbered, .event]),
        hour("casting off", "cast off, put to sea, weighed anchor", of: [.ship]),
        hour("docking", "docked, made fast, dropped anchor", of: [.ship]),
        hour("feeding", "was fed, got something to eat, had its meal", of: [.animal]),
        hour("escape", "escaped, got away, ran off", of: [.animal, .person]),
        hour("alarm", "was woken by the alarm, heard the alarm", of: [.town, .street, .person]),
        hour("striking", "struck last, was heard to strike", of: [.thing]),
    ]
}
