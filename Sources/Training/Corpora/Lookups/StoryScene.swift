/// Who has what and is where: people move about and take, drop and hand over things, and the last that is told holds.
struct StoryScene: LookupScene {
    let standing = LookupStanding.inOrder
    let least = 3
    let most = 40
    private let isHeldOut: Bool
    private let people: [String]
    private let things: [String]
    private let rooms: [String]
    /// Somebody and something that the story does not name.
    private let absentee: String
    private let absentThing: String
    private var places: [String: String] = [:]
    private var holders: [String: String] = [:]

    init(_ source: LookupSource, _ random: inout CorpusRandom) {
        isHeldOut = source.wordings == .heldOut
        func distinct(_ kind: LookupValue, _ count: Int) -> [String] {
            var found: [String] = []
            while found.count < count {
                let value = kind.draw(source.values, &random)
                if !found.contains(value) { found.append(value) }
            }
            return found
        }
        let people = distinct(.person, random.within(3...6)), things = distinct(.thing, random.within(3...6))
        self.people = Array(people.dropLast())
        self.things = Array(things.dropLast())
        absentee = people[people.count - 1]
        absentThing = things[things.count - 1]
        rooms = distinct(.room, random.within(2...5))
    }

    mutating func tell(_ random: inout CorpusRandom) -> LookupTold {
        let person = random.pick(people)
        if random.chance(0.4) {
            let room = random.pick(rooms)
            places[person] = room
            return LookupTold(filled(Self.moves, person: person, room: room, &random))
        }
        let thing = random.pick(things)
        guard let holder = holders[thing] else {
            holders[thing] = person
            return told(filled(Self.takings, person: person, thing: thing, &random), of: thing, heldBy: person)
        }
        let others = people.filter { $0 != holder }
        let receiver = random.pick(others)
        holders[thing] = receiver
        return told(filled(Self.handings, person: holder, thing: thing, receiver: receiver, &random), of: thing, heldBy: receiver)
    }

    private func told(_ text: String, of thing: String, heldBy person: String) -> LookupTold {
        guard let value = text.firstRange(of: person), let subject = text.firstRange(of: thing), value.lowerBound < subject.lowerBound
        else { return LookupTold(text) }
        return LookupTold(text, value: person, before: thing)
    }

    func question(_ random: inout CorpusRandom) -> LookupTurn? {
        let placed = places.keys.sorted(), held = holders.keys.sorted()
        if !placed.isEmpty, held.isEmpty || random.chance(0.4) {
            let person = random.pick(placed)
            return places[person].map { LookupTurn(question: filled(Self.whereabouts, person: person, &random), answer: $0) }
        }
        guard !held.isEmpty else { return nil }
        let thing = random.pick(held)
        return holders[thing].map { LookupTurn(question: filled(Self.possession, thing: thing, &random), answer: $0) }
    }

    func refusal(_ random: inout CorpusRandom) -> LookupTurn? {
        // Somebody of the story who has not moved, or somebody else; a thing that nobody has taken, or another.
        if random.chance(0.5) {
            return .refused(filled(Self.whereabouts, person: people.first { places[$0] == nil } ?? absentee, &random))
        }
        return .refused(filled(Self.possession, thing: things.first { holders[$0] == nil } ?? absentThing, &random))
    }

    // MARK: - Wordings

    private struct Wordings {
        let training: [String]
        let heldOut: [String]
    }

    private static let moves = Wordings(
        training: [
            "{p} went to {l}.", "{p} walked into {l}.", "{p} is now in {l}.", "Then {p} moved to {l}.", "{p} came into {l}.",
            "After that {p} ran to {l}.", "{p} hurried back to {l}.",
        ],
        heldOut: ["{p} wandered off to {l}.", "A little later {p} stepped into {l}."])
    private static let takings = Wordings(
        training: ["{p} took {t}.", "{p} picked up {t}.", "{p} has {t}.", "{p} found {t} and kept it.", "Then {p} got {t}."],
        heldOut: ["{p} grabbed {t}.", "{p} laid hands on {t}."])
    private static let handings = Wordings(
        training: [
            "{p} gave {t} to {o}.", "{p} handed {t} to {o}.", "{o} took {t} from {p}.", "{o} got {t} from {p}.",
            "{p} passed {t} on to {o}.",
        ],
        heldOut: ["{p} let {o} have {t}.", "{o} received {t} from {p}."])
    private static let whereabouts = Wordings(
        training: ["Where is {p}?", "Where is {p} now?", "In which place is {p}?", "Where did {p} go last?"],
        heldOut: ["Where would I find {p}?", "What is the whereabouts of {p}?"])
    private static let possession = Wordings(
        training: ["Who has {t}?", "Who has {t} now?", "In whose hands is {t}?", "Who is holding {t}?"],
        heldOut: ["With whom is {t}?", "Who ended up with {t}?"])

    private func filled(
        _ wordings: Wordings, person: String = "", thing: String = "", receiver: String = "", room: String = "",
        _ random: inout CorpusRandom
    ) -> String {
        random.pick(isHeldOut ? wordings.heldOut : wordings.training)
            .replacing("{p}", with: person).replacing("{t}", with: thing).replacing("{o}", with: receiver).replacing("{l}", with: room)
            .capitalisedFirst
    }
}
