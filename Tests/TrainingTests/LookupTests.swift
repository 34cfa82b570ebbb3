import Foundation
import Testing
import Tokenizers

@testable import Training

@Suite("Generated lookups")
struct LookupTests {
    private let tokenizer: Tokenizer
    private let filler: Filler

    init() throws { (tokenizer, filler) = try CorpusFixture.filler() }

    private func sequences(_ options: LookupOptions, count: Int, seed: UInt64 = 1) throws -> [LookupSequence] {
        let writer = try LookupWriter(options, tokenizer: tokenizer, filler: filler)
        var random = CorpusRandom(seed: seed)
        return try (0..<count).map { _ in try writer.sequence(&random) }
    }

    private func text(_ tokens: some Collection<Int32>) -> String { String(decoding: tokenizer.decode(Array(tokens)), as: UTF8.self) }

    static let kinds: [LookupOptions] = LookupKind.allCases.flatMap { kind in
        [LookupOptions.dense(length: 512), LookupOptions(length: 1024), LookupOptions(length: 128)].map { options in
            var options = options
            options.kinds = [kind: 1]
            return options
        }
    }

    @Test("Sequences have exactly their length, and the text is encoded as it would be as a whole", arguments: kinds)
    func exact(options: LookupOptions) throws {
        for sequence in try sequences(options, count: 25) {
            #expect(sequence.tokens.count == options.length + 1 && sequence.weights.count == options.length)
            let tokens = Array(sequence.tokens[sequence.text])
            #expect(tokenizer.encode(text(tokens)) == tokens)
        }
    }

    @Test(
        "The loss counts on every answer and on nothing else, and answers are what stands there",
        arguments: kinds.filter { $0.kinds[.copying] == nil })
    func weights(options: LookupOptions) throws {
        for sequence in try sequences(options, count: 25) {
            #expect(!sequence.answers.isEmpty)
            var expected = [Float](repeating: 0, count: sequence.tokens.count)
            for answer in sequence.answers {
                for place in answer.range { expected[place] = 1 }
                #expect(text(sequence.reply(answer)) == " " + answer.text)
                #expect(sequence.reply(answer).last == tokenizer.id(ofSpecial: QuestionFrame.end))
                #expect(sequence.prompt(of: answer).last == tokenizer.id(ofSpecial: QuestionFrame.answer))
                #expect(text(sequence.prompt(of: answer)).hasSuffix(answer.question))
            }
            #expect(sequence.weights == Array(expected.dropFirst()))
        }
    }

    @Test(
        "An answer stands in the text word for word, and a refused question's is nowhere",
        arguments: kinds.filter { $0.kinds[.copying] == nil })
    func answers(options: LookupOptions) throws {
        var refusals = 0, answers = 0
        for sequence in try sequences(options, count: 60) {
            let told = text(sequence.tokens[sequence.text])
            for answer in sequence.answers {
                answers += 1
                refusals += answer.isRefusal ? 1 : 0
                #expect(answer.isRefusal || told.contains(answer.text) || told.contains(answer.text.capitalisedFirst))
                #expect(answer.isRefusal == (answer.text == "The text does not say."))
            }
        }
        let share = Double(refusals) / Double(answers)
        #expect(share > 0.05 && share < 0.4)
    }

    @Test("Spans of text come again, and the loss counts where they do")
    func copying() throws {
        var options = LookupOptions(length: 512)
        options.kinds = [.copying: 1]
        for sequence in try sequences(options, count: 20) {
            let tokens = sequence.tokens
            #expect(sequence.weights.contains(1))
            for place in 4..<tokens.count where sequence.weights[place - 1] == 1 {
                // What stands here stood before, behind the same three tokens.
                let cue = Array(tokens[place - 3...place])
                #expect((3..<place).contains { Array(tokens[$0 - 3...$0]) == cue })
            }
        }
    }

    @Test("The same state gives the same batches, positions begin within the window, and steps have their size")
    func stream() throws {
        var options = LookupOptions.dense(length: 256)
        options.offsets = PositionOffsets(window: 1024)
        let writer = try LookupWriter(options, tokenizer: tokenizer, filler: filler)
        var stream = try LookupStream(writer, step: StepSize(tokens: 1024, tokensPerPart: 512), seed: 9)
        _ = try stream.next()
        let saved = try JSONDecoder().decode(LookupStream.State.self, from: JSONEncoder().encode(stream.state))
        let rest = try (0..<4).map { _ in try stream.next() }
        var resumed = try LookupStream(writer, step: StepSize(tokens: 1024, tokensPerPart: 512))
        resumed.state = saved
        #expect(try (0..<4).map { _ in try resumed.next() } == rest)
        #expect(rest.allSatisfy { $0.map(\.tokens.count) == [512, 512] })
        let positions = rest.joined().flatMap(\.sequences).map(\.firstPosition)
        #expect(positions.allSatisfy { (0...768).contains($0) } && Set(positions).count > 8)
    }

    @Test("Nothing is both trained on and tested with")
    func split() {
        var random = CorpusRandom(seed: 4)
        for kind in LookupValue.allCases where ![.job, .cargo, .year].contains(kind) {
            let trained = Set((0..<300).map { _ in kind.draw(.training, &random) })
            let heldOut = Set((0..<60).map { _ in kind.draw(.heldOut, &random) })
            #expect(trained.isDisjoint(with: heldOut) && trained.count > 60 && heldOut.count > 15, "\(kind)")
        }
        let wordings = LookupSplit.allCases.map { split in
            Phrasing.general(split).statements + Phrasing.general(split).questions + Phrasing.leadIns(split)
        }
        #expect(Set(wordings[0]).isDisjoint(with: wordings[1]))
        for relation in Relation.trained {
            #expect(Set(relation.told + relation.asked).isDisjoint(with: relation.heldOut.statements + relation.heldOut.questions))
            #expect(!Relation.heldOutRelations.contains { $0.identity == relation.identity })
        }
    }

    @Test("Hundreds of wordings are told and asked")
    func variety() {
        var random = CorpusRandom(seed: 5)
        var wordings: Set<Relation.Wording> = []
        for _ in 0..<4000 { wordings.insert(random.pick(Relation.trained).wording(.training, &random)) }
        #expect(Set(wordings.map(\.statement)).count > 500 && Set(wordings.map(\.question)).count > 350)
        for wording in wordings {
            #expect(wording.statement.contains("{s}") && wording.statement.contains("{v}") && wording.question.contains("{s}"))
            #expect(!wording.statement.contains("{r}") && !wording.question.contains("{v}"))
        }
        for _ in 0..<1000 {
            let (known, new) = Relation.pool(.heldOut)
            let wording = random.pick(known + new).wording(.heldOut, &random)
            #expect(!wordings.contains(wording))
        }
    }

    /// How many of 200 passkeys stand in each part of their texts.
    private func passkeysByPart(_ parts: Int, earlyShare: Double = 0) throws -> [Int] {
        var options = LookupOptions(length: 1024)
        options.kinds = [.passkey: 1]
        options.fillerShare = 0.9...0.95
        options.refusalShare = 0
        options.earlyShare = earlyShare
        var depths = [Int](repeating: 0, count: parts)
        for sequence in try sequences(options, count: 200) {
            let told = text(sequence.tokens[sequence.text])
            let place = try #require(told.range(of: sequence.answers[0].text)).lowerBound
            depths[min(parts - 1, parts * told.distance(from: told.startIndex, to: place) / told.count)] += 1
        }
        return depths
    }

    @Test("Facts stand at all depths and distances")
    func depths() throws {
        let depths = try passkeysByPart(4)
        // A quarter of the uniform half each, and most of the other half near the end.
        #expect(depths.allSatisfy { $0 > 15 } && depths[3] > depths[0])
    }

    @Test("A share of what is told can be put into the first fifth")
    func early() throws {
        let depths = try passkeysByPart(5, earlyShare: 0.6)
        // Six tenths of all and what would stand there anyway, less what the nearest gap between sentences puts into the second fifth.
        #expect((100...150).contains(depths[0]) && depths[1...].allSatisfy { $0 > 3 }, "\(depths)")
        var options = LookupOptions(length: 1024)
        options.earlyShare = 1.5
        #expect(throws: CorpusError.self) { try sequences(options, count: 1) }
    }

    @Test("As many facts as wanted tell the value first, and answers know what they stand in")
    func forms() throws {
        func share(_ wanted: Double) throws -> Double {
            var options = LookupOptions.dense(length: 512)
            options.kinds = [.fact: 1]
            options.valueFirstShare = wanted
            let forms = try sequences(options, count: 40).flatMap { $0.answers.compactMap(\.form) }
            #expect(Set(forms) == [.valueFirst, .valueBehind])
            return Double(forms.count { $0 == .valueFirst }) / Double(forms.count)
        }
        let shares = try [0, 0.5, 1].map(share)
        #expect(shares[0] < 0.4 && shares[1] > shares[0] + 0.1 && shares[2] > shares[1] + 0.1 && shares[2] > 0.7, "\(shares)")
        for (kind, form) in [(LookupKind.lines, LookupForm.line), (.story, .story), (.passkey, .passkey)] {
            var options = LookupOptions(length: 512)
            options.kinds = [kind: 1]
            let answers = try sequences(options, count: 20).flatMap(\.answers)
            #expect(answers.allSatisfy { $0.form == ($0.isRefusal ? nil : form) })
        }
        var options = LookupOptions(length: 512)
        options.valueFirstShare = -0.1
        #expect(throws: CorpusError.self) { try sequences(options, count: 1) }
    }

    @Test("A value that stands before its subject can be asked for there, and at the end of the sentence")
    func echoes() throws {
        for kind in [LookupKind.fact, .story] {
            var options = LookupOptions.dense(length: 512)
            options.kinds = [kind: 1]
            options.valueFirstShare = 1
            let plain = try sequences(options, count: 12)
            options.echoWeight = 0.25
            let echoing = try sequences(options, count: 12)
            #expect(echoing.map(\.tokens) == plain.map(\.tokens) && plain.allSatisfy(\.echoes.isEmpty))
            #expect(echoing.reduce(0) { $0 + $1.echoes.count } > 40)
            for (sequence, plain) in zip(echoing, plain) {
                var weights = plain.weights
                for (place, token) in sequence.echoes {
                    weights[place] = 0.25
                    let told = text(sequence.tokens[sequence.text.lowerBound...place].suffix(80)).lowercased()
                    let beginning = text([token]).trimmingCharacters(in: .whitespaces).lowercased()
                    #expect(!beginning.isEmpty && told.contains(beginning) && sequence.text.contains(place), "\(beginning): \(told)")
                }
                #expect(sequence.weights == weights)
            }
        }
    }

    @Test("Cases to test with hold one question of their class each", arguments: LookupEvaluation.allCases)
    func evaluation(kind: LookupEvaluation) throws {
        let cases = try kind.cases(count: 30, length: 1024, tokenizer: tokenizer, filler: filler, seed: 2)
        #expect(cases.count == 30 && cases.allSatisfy { $0.tokens.count == 1025 && $0.answers.count == 1 })
        #expect(cases.allSatisfy { $0.answers[0].isRefusal == (kind == .refusals) })
        #expect(
            try kind.cases(count: 3, length: 1024, tokenizer: tokenizer, filler: filler, seed: 2).map(\.tokens)
                == cases.prefix(3).map(\.tokens))
        let batches = cases.packed(tokensPerBatch: 4096)
        #expect(batches.count == 8 && batches.flatMap(\.sequences).count == 30)
    }

    @Test("Options and tokenizers that cannot serve are refused")
    func refusals() throws {
        #expect(throws: CorpusError.self) { try sequences(LookupOptions(length: 20), count: 1) }
        var options = LookupOptions(length: 256)
        options.kinds = [:]
        #expect(throws: CorpusError.self) { try sequences(options, count: 1) }
        var vocabulary = BPETrainer.Options(size: 300)
        vocabulary.specials = []
        vocabulary.chatTemplate = nil
        var trainer = try BPETrainer(vocabulary)
        trainer.add(Array(CorpusFixture.text.utf8.prefix(4000)))
        let bare = try Tokenizer(vocabulary: trainer.train())
        #expect(throws: CorpusError.missingMark("<|ask|>")) {
            try LookupWriter(LookupOptions(length: 256), tokenizer: bare, filler: filler)
        }
    }
}
