import Foundation
import Testing

@testable import Training

@Suite("What is learned from beside the lists")
struct InventedRelationTests {
    private func facts(_ source: LookupSource, count: Int, seed: UInt64) -> [PlantedFact] {
        (0..<count / 10).flatMap { text in
            var random = CorpusRandom(seed: seed, Int(text)), scene = FactScene(source)
            return (0..<10).map { _ in scene.plant(&random) }
        }
    }

    @Test("What is tested with is drawn from the lists alone")
    func lists() {
        let phrasings = [Phrasing.general(.training), Phrasing.general(.heldOut)]
        let leadIns = Set(LookupSplit.allCases.flatMap { Phrasing.leadIns($0).map(\.capitalisedFirst) })
        for wordings in LookupSplit.allCases {
            for fact in facts(LookupSource(wordings: wordings, values: .heldOut), count: 300, seed: 1) {
                let bare = leadIns.first { fact.sentence.hasPrefix($0) }.map { fact.sentence.dropFirst($0.count + 1) } ?? fact.sentence[...]
                let relations = Relation.trained + Relation.heldOutRelations
                let statements = relations.flatMap { relation in
                    relation.told + relation.heldOut.statements
                        + phrasings.flatMap {
                            $0.statements.map { $0.filled(subject: "{s}", value: "{v}", relation: relation.name ?? "?") }
                        }
                }
                let sentence = String(bare).lowercased().replacing(fact.answer.lowercased(), with: "{v}")
                #expect(statements.contains { sentence.hasParts(of: $0.lowercased()) }, "\(fact.sentence)")
            }
        }
    }

    @Test("What is put together is no phrasing, lead-in or frame that is held out")
    func heldOut() {
        var random = CorpusRandom(seed: 2)
        let grammar = PhraseGrammar(relation: "{r} of"), held = Phrasing.general(.heldOut)
        let statements = Set(held.statements.map { $0.replacing("{r}", with: "{r} of") })
        let questions = Set(held.questions.map { $0.replacing("{r}", with: "{r} of") })
        let leadIns = Set(Phrasing.leadIns(.heldOut)), frames = Set(Phrasing.questionFrames(.heldOut)).subtracting(["{q}"])
        var made: Set<String> = []
        for _ in 0..<20_000 {
            let statement = grammar.statement(&random), question = grammar.question(&random)
            made.insert(statement)
            #expect(!statements.contains(statement) && !questions.contains(question))
            #expect(!leadIns.contains(PhraseGrammar.leadIn(&random)) && !frames.contains(PhraseGrammar.frame(&random)))
            #expect(statement.contains("{v}") && statement.contains("{s}") && question.contains("{s}") && !question.contains("{v}"))
        }
        #expect(made.count > 3_000)
    }

    @Test("No relation that is held out is among those that are learned from, nor are the words that name it")
    func words() {
        let names = Set(Relation.heldOutRelations.compactMap(\.name))
        #expect(Relation.further.allSatisfy { $0.name.map { !names.contains($0) } ?? true })
        let told = Set(
            Relation.heldOutRelations.flatMap { $0.told + $0.asked }
                + Relation.trained.flatMap { $0.heldOut.statements + $0.heldOut.questions })
        #expect(Relation.further.allSatisfy { told.isDisjoint(with: $0.told + $0.asked) })
        let words = Set(names.flatMap { $0.split(separator: " ").map(String.init) }).subtracting(["of", "for"])
        #expect(
            words.isDisjoint(
                with: RelationWords.nouns + RelationWords.modifiers + RelationWords.measures.flatMap { [$0.adjective, $0.noun] }))
        let verbs: Set = ["design", "marry", "found", "insure", "eat", "export", "measure"]
        #expect(verbs.isDisjoint(with: RelationWords.transitive + RelationWords.intransitive))
    }

    /// What held-out templates say between their subject and their value, where it is four words or more.
    private var heldOutParts: [String] {
        let own =
            Relation.heldOutRelations.flatMap { $0.told + $0.asked }
            + Relation.trained.flatMap { $0.heldOut.statements + $0.heldOut.questions }
        return own.flatMap { $0.replacing("{v}", with: "{s}").split(separator: "{s}") }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ?,.")) }
            .filter { $0.split(separator: " ").count > 3 }
    }

    @Test("No template that is learned from is one that is held out, nor holds one or a good part of it")
    func templates() {
        let held =
            Relation.heldOutRelations.flatMap { $0.told + $0.asked }
            + Relation.trained.flatMap { $0.heldOut.statements + $0.heldOut.questions }
        let parts = heldOutParts
        #expect(parts.count > 30)
        let words: Set = [
            "architect", "designed", "nickname", "husband", "wife", "married", "marry", "insured", "insurer", "insures",
            "material",
            "founded", "founder", "export", "eats", "height", "length", "fee", "host",
        ]
        for relation in Relation.further {
            for template in relation.told + relation.asked + [relation.name ?? ""] {
                #expect(!held.contains { template.contains($0) }, "\(template)")
                #expect(!parts.contains { template.contains($0) }, "\(template)")
                let said = Set(template.split { !$0.isLetter }.map { $0.lowercased() })
                #expect(words.isDisjoint(with: said), "\(template)")
            }
        }
    }

    @Test("There are more than 600 further relations, each told and asked for in several ways, and told apart by their names")
    func count() {
        let further = Relation.further
        #expect(further.count > 600)
        for relation in further {
            #expect(relation.told.count > 1 && relation.asked.count > 1)
            #expect(relation.told.allSatisfy { $0.contains("{s}") && $0.contains("{v}") }, "\(relation.told)")
            #expect(relation.asked.allSatisfy { $0.contains("{s}") && !$0.contains("{v}") && $0.hasSuffix("?") }, "\(relation.asked)")
        }
    }

    @Test("Made-up relations can be told and asked, and a question is never one of another fact's about the same thing")
    func invented() {
        var random = CorpusRandom(seed: 3), origins: Set<String> = []
        for _ in 0..<2_000 {
            let relation = Relation.invented(&random), wording = relation.wideWording(valueFirst: 0.5, &random)
            origins.insert("\(relation.origin)")
            #expect(wording.statement.contains("{v}") && wording.statement.contains("{s}") && wording.question.contains("{s}"))
            #expect(!(wording.statement + wording.question).contains("{r}"))
        }
        #expect(origins == ["invented", "reworded", "renamed"])
        var answers: [String: String] = [:]
        for text in 0..<60 {
            var scene = FactScene(LookupSource())
            var random = CorpusRandom(seed: 4, text)
            for _ in 0..<30 {
                let fact = scene.plant(&random)
                #expect(answers[fact.question] == nil || answers[fact.question] == fact.answer, "\(fact.question)")
                answers[fact.question] = fact.answer
            }
            answers = [:]
        }
    }

    @Test("A question in made-up words is not refused where what is told of the thing might be meant")
    func refusals() {
        func relation(_ name: String?, told: [String] = [], asked: [String] = [], _ origin: Relation.Origin) -> Relation {
            Relation(name, of: .thing, .word, told: told, asked: asked, origin: origin)
        }
        let noun = relation("tide of", .invented), other = relation("badge of", .invented)
        let verb = relation(nil, told: ["{s} leans on {v}"], asked: ["on what does {s} lean?"], .invented)
        let reworded = relation("crest of", told: ["{s} waits for {v}"], .reworded)
        let listed = relation("price of", .listed)
        #expect(!noun.canBeTaken(for: [other]) && !noun.canBeTaken(for: [listed]) && !listed.canBeTaken(for: [verb, reworded]))
        #expect(noun.canBeTaken(for: [verb]) && verb.canBeTaken(for: [noun]) && reworded.canBeTaken(for: [noun]))
        let renamed = relation("tale of", told: ["{s} costs {v}"], .renamed)
        #expect(renamed.canBeMeant(for: [listed]) && listed.canBeMeant(for: [renamed]) && !renamed.canBeMeant(for: []))
        #expect(!noun.canBeMeant(for: [other, verb]) && noun.canBeMeant(for: [reworded]) && !listed.canBeMeant(for: [reworded]))
    }

    @Test("What puts the value first is learned from more often than the lists have it")
    func order() {
        var random = CorpusRandom(seed: 6)
        func share(_ wording: (Relation) -> Relation.Wording) -> Double {
            let drawn = (0..<3_000).map { _ in wording(random.pick(Relation.trained)) }
            return Double(drawn.count { $0.tellsValueFirst }) / 3_000
        }
        let listed = share { $0.wording(.training, &random) }, wide = share { $0.wideWording(valueFirst: 0.5, &random) }
        #expect(wide > listed + 0.1 && wide < 0.7, "\(listed), \(wide)")
        #expect(Relation.Wording(statement: "it was {v} that {s} had", question: "").tellsValueFirst)
        #expect(!Relation.Wording(statement: "{s} is {v}", question: "").tellsValueFirst)
    }

    @Test(
        "Regular verbs have their forms",
        arguments: [
            ("carry", "carries", "carried", "carrying", "carrier"), ("paint", "paints", "painted", "painting", "painter"),
            ("use", "uses", "used", "using", "user"), ("wash", "washes", "washed", "washing", "washer"),
            ("survey", "surveys", "surveyed", "surveying", "surveyer"), ("free", "frees", "freed", "freeing", "freer"),
        ])
    func verbs(base: String, third: String, past: String, gerund: String, agent: String) {
        let verb = RegularVerb(base: base)
        #expect([verb.third, verb.past, verb.gerund, verb.agent] == [third, past, gerund, agent])
    }
}

extension String {
    /// Whether it is a template with something in the place of `{s}`.
    fileprivate func hasParts(of template: String) -> Bool {
        guard let place = template.range(of: "{s}") else { return false }
        let before = template[..<place.lowerBound], after = template[place.upperBound...]
        return hasPrefix(before) && hasSuffix(after + ".")
    }
}
