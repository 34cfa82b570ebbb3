/// Facts that have nothing to do with each other, many of them alike: the same said of different things, and different things of the same.
struct FactScene: LookupScene {
    private struct Fact {
        let relation: Relation
        let subject: String
        let value: String
        let wording: Relation.Wording
    }

    let standing = LookupStanding.anywhere
    let least = 1
    let most = 120
    private let source: LookupSource
    private var facts: [Fact] = []

    private static let leadInShare = 0.35
    /// How likely a new fact is to be like one before: of the same relation, or of the same subject.
    private static let sameRelationShare = 0.5
    private static let sameSubjectShare = 0.15
    private static let tries = 20
    /// Where it is for learning: how many new relations are made up, how many come from the further list, and how many subjects share a word
    /// with one before.
    private static let inventedShare = 0.3
    private static let furtherShare = 0.45
    private static let similarSubjectShare = 0.4
    private static let subjectTries = 40

    init(_ source: LookupSource) { self.source = source }

    mutating func tell(_ random: inout CorpusRandom) -> LookupTold { told(newFact(&random), &random) }

    /// Tells one fact more, and asks for it.
    mutating func plant(_ random: inout CorpusRandom) -> PlantedFact {
        let fact = newFact(&random), sentence = told(fact, &random).text
        return PlantedFact(sentence: sentence, question: question(fact.relation, fact.subject, &random), answer: fact.value)
    }

    private mutating func told(_ fact: Fact, _ random: inout CorpusRandom) -> LookupTold {
        facts.append(fact)
        // A capital at the beginning would make another word of a value.
        let mayBegin = !fact.wording.statement.hasPrefix("{v}") || fact.value.first?.isLowercase == false
        let leadIn = !mayBegin || random.chance(Self.leadInShare) ? source.leadIn(&random) : nil
        let sentence = fact.wording.sentence(subject: fact.subject, value: fact.value, leadIn: leadIn)
        return fact.wording.tellsValueFirst ? LookupTold(sentence, value: fact.value, before: fact.subject) : LookupTold(sentence)
    }

    func question(_ random: inout CorpusRandom) -> LookupTurn? {
        let fact = random.pick(facts)
        return LookupTurn(
            question: question(fact.relation, fact.subject, &random), answer: fact.value, tellsValueFirst: fact.wording.tellsValueFirst)
    }

    /// Asks of another subject what is told of one, or of a subject what is told of others only.
    ///
    /// Where it is for learning, the latter is asked in words of the lists alone: words that are not known may well mean what is told.
    func refusal(_ random: inout CorpusRandom) -> LookupTurn? {
        let fact = random.pick(facts)
        if random.chance(0.5), let relation = untold(of: fact, isListed: source.isWide, &random),
            !relation.canBeTaken(for: facts.filter { $0.subject == fact.subject }.map(\.relation))
        {
            return .refused(question(relation, fact.subject, &random))
        }
        let subject = newSubject(of: fact.relation, &random)
        return .refused(question(fact.relation, subject, &random))
    }

    private func question(_ relation: Relation, _ subject: String, _ random: inout CorpusRandom) -> String {
        source.wording(of: relation, &random).question(subject: subject, frame: source.questionFrame(&random))
    }

    // MARK: - New facts

    private func newFact(_ random: inout CorpusRandom) -> Fact {
        let draw = random.unit()
        if !facts.isEmpty, draw < Self.sameRelationShare {
            let relation = random.pick(facts).relation
            return fact(relation, of: newSubject(of: relation, &random), &random)
        }
        if !facts.isEmpty, draw < Self.sameRelationShare + Self.sameSubjectShare {
            let fact = random.pick(facts)
            if let relation = untold(of: fact, &random) { return self.fact(relation, of: fact.subject, &random) }
        }
        let relation = drawRelation(&random)
        return fact(relation, of: newSubject(of: relation, &random), &random)
    }

    private func fact(_ relation: Relation, of subject: String, _ random: inout CorpusRandom) -> Fact {
        var value = relation.value.draw(source.values, &random)
        while value == subject { value = relation.value.draw(source.values, &random) }
        return Fact(relation: relation, subject: subject, value: value, wording: source.wording(of: relation, &random))
    }

    private func drawRelation(_ random: inout CorpusRandom) -> Relation {
        if source.isWide {
            let draw = random.unit()
            if draw < Self.inventedShare { return .invented(&random) }
            if draw < Self.inventedShare + Self.furtherShare { return random.pick(Relation.further) }
        }
        let (known, new) = Relation.pool(source.wordings)
        return random.pick(!new.isEmpty && random.chance(0.5) ? new : known)
    }

    /// One that no fact is about, nor anything that it says. Where it is for learning, often one that shares a word with another's.
    private func newSubject(of relation: Relation, _ random: inout CorpusRandom) -> String {
        let told = Set(facts.flatMap { [$0.subject, $0.value] })
        let sharesWord = source.isWide && random.chance(Self.similarSubjectShare)
        let words =
            sharesWord ? Set(facts.filter { $0.relation.subject == relation.subject }.flatMap { $0.subject.split(separator: " ") }) : []
        var tries = words.subtracting(["the"]).isEmpty ? 0 : Self.subjectTries
        while true {
            let subject = relation.subject.draw(source.values, &random)
            let isAlike = tries == 0 || subject.split(separator: " ").contains { $0 != "the" && words.contains($0) }
            if isAlike, !told.contains(subject) { return subject }
            tries = max(0, tries - 1)
        }
    }

    /// A relation that is not told of the fact's subject, and whose questions are not those of one that is.
    /// - Parameter isListed: whether it must be one of the lists.
    private func untold(of fact: Fact, isListed: Bool = false, _ random: inout CorpusRandom) -> Relation? {
        let told = facts.filter { $0.subject == fact.subject }.map(\.relation)
        for _ in 0..<Self.tries {
            let relation = drawRelation(&random)
            if relation.subject == fact.relation.subject, !isListed || relation.origin == .listed, !relation.canBeMeant(for: told),
                !told.contains(where: { $0.identity == relation.identity || $0.isMistakable(for: relation) })
            {
                return relation
            }
        }
        return nil
    }
}
