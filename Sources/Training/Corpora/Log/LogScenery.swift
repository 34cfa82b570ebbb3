/// The ships that call at the harbour and the people who work there, the same through the whole log.
struct LogScenery: Sendable {
    struct Ship: Sendable {
        let rig: String
        let name: String
        let captain: String
        let port: String
    }

    let ships: [Ship]
    let towns: [String]
    let pilot: String
    let clerk: String
    let lampKeeper: String
    let cook: String
    let carpenter: String
    let people: [String]

    private static let shipCount = 90
    private static let townCount = 36
    private static let peopleCount = 48

    init(_ random: inout CorpusRandom) {
        var names: Set<String> = []
        func new(_ make: (inout CorpusRandom) -> String) -> String {
            while true {
                let name = make(&random)
                if names.insert(name).inserted { return name }
            }
        }
        func person() -> String {
            new { random in
                random.pick(LookupWords.firstNameBeginnings) + random.pick(LookupWords.firstNameEndings) + " "
                    + random.pick(LookupWords.familyBeginnings) + random.pick(LookupWords.familyEndings)
            }
        }
        let towns = (0..<Self.townCount).map { _ in
            new {
                $0.pick(LookupWords.townBeginnings)
                    + $0.pick(["bury", "combe", "ford", "haven", "mouth", "ness", "port", "quay", "sand", "wick"])
            }
        }
        self.towns = towns
        ships = (0..<Self.shipCount).map { _ in
            let name = new { $0.pick(LookupWords.adjectives).capitalisedFirst + " " + $0.pick(LookupWords.animals).capitalisedFirst }
            return Ship(rig: random.pick(LogPhrases.rigs), name: name, captain: person(), port: random.pick(towns))
        }
        (pilot, clerk, lampKeeper, cook, carpenter) = (person(), person(), person(), person(), person())
        people = (0..<Self.peopleCount).map { _ in person() }
    }
}
