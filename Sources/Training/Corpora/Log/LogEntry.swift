/// One day of the log.
struct LogEntry {
    let text: String

    init(_ date: LogDate, _ scenery: LogScenery, plants: [String], _ random: inout CorpusRandom) {
        var sentences = [Self.weather(&random)]
        let visits = random.within(1...3)
        for _ in 0..<visits { sentences.append(Self.visit(scenery, &random)) }
        for _ in 0..<random.within(1...3) { sentences.append(Self.event(scenery, &random)) }
        var place = 1
        for plant in plants {
            place = random.within(place...sentences.count)
            sentences.insert(plant, at: place)
            place += 1
        }
        text = date.text + ". " + sentences.joined(separator: " ")
    }

    private static func weather(_ random: inout CorpusRandom) -> String {
        let glass = "\(random.within(28...30)).\(random.within(10...99))"
        return random.pick(LogPhrases.weather).filling([
            "w": random.pick(LogPhrases.winds), "f": random.pick(LogPhrases.forces), "e": random.pick(LogPhrases.seas), "g": glass,
            "t": random.pick(LogPhrases.tendencies), "k": random.pick(LogPhrases.skies),
        ]).capitalisedFirst
    }

    private static func visit(_ scenery: LogScenery, _ random: inout CorpusRandom) -> String {
        let ship = random.pick(scenery.ships)
        let minutes = random.below(60)
        return random.pick(random.chance(0.6) ? LogPhrases.arrivals : LogPhrases.departures).filling([
            "s": "\(ship.rig) \(ship.name)", "n": ship.name, "c": ship.captain, "p": ship.port, "o": random.pick(scenery.towns),
            "g": random.pick(LookupWords.cargoes), "q": "\(random.within(12...480)) \(random.pick(LogPhrases.measures))",
            "t": "\(random.within(4...11)):\(minutes < 10 ? "0" : "")\(minutes)", "b": "\(random.within(1...14))",
        ])
    }

    private static func event(_ scenery: LogScenery, _ random: inout CorpusRandom) -> String {
        let ship = random.pick(scenery.ships)
        let parts = [
            "a": random.pick(scenery.people), "b": random.pick(scenery.people), "s": "\(ship.rig) \(ship.name)", "n": ship.name,
            "c": ship.captain, "x": random.pick(LogPhrases.goods),
            "h": "\(random.within(2...60))", "m": random.pick(["pence", "shillings"]), "o": random.pick(scenery.towns),
            "i": scenery.pilot, "k": scenery.clerk, "l": scenery.lampKeeper, "j": scenery.cook, "r": scenery.carpenter,
            "w": random.pick(LogPhrases.spots), "y": random.pick(LogPhrases.pests), "g": random.pick(LookupWords.cargoes),
        ]
        return random.pick(LogPhrases.events).filling(parts)
    }
}

extension String {
    /// With what stands for the letters in braces.
    func filling(_ parts: [String: String]) -> String {
        var filled = "", rest = self[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            let name = rest[rest.index(after: open)...].prefix { $0 != "}" }
            filled += parts[String(name)] ?? ""
            rest = rest[name.endIndex...].dropFirst()
        }
        return filled + rest
    }
}
