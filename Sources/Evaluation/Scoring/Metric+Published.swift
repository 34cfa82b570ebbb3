// How published benchmarks score, each by its own file.
extension Metric {
    /// LongBench's scores against one reference. `choices` are the classes of `classification`.
    func longBench(_ reply: String, _ reference: String, _ choices: [String], _ segmenter: WordSegmenter?) -> Double {
        switch self {
        case .qaF1: TokenF1.score(reply, reference)
        case .firstLineF1: TokenF1.score(LongBenchScores.firstLine(reply), reference)
        case .rougeL: SentenceROUGE.score(reply.codePoints, reference.codePoints)
        case .firstLineROUGE: SentenceROUGE.score(LongBenchScores.firstLine(reply).codePoints, reference.codePoints)
        case .qaF1Chinese, .characterF1: ChineseScores(segmenter).f1(reply, reference)
        case .rougeLChinese, .characterROUGE: ChineseScores(segmenter).rouge(reply, reference)
        case .classification: LongBenchScores.classification(LongBenchScores.firstLine(reply), reference, classes: choices)
        case .count: LongBenchScores.count(reply, of: reference.codePoints)
        case .retrieval: LongBenchScores.retrieval(reply, reference, behind: "Paragraph ")
        case .retrievalChinese: LongBenchScores.retrieval(reply, reference, behind: "段落")
        case .codeSimilarity: LongBenchScores.code(reply, reference)
        default: 0
        }
    }

    /// L-Eval's exams.
    func exam(_ reply: String, _ references: [String]) -> ReplyScore? {
        func best(_ score: (String) -> Double) -> ReplyScore { ReplyScore(references.map(score).max() ?? 0) }
        switch self {
        case .singleChoice, .severalChoices:
            let choice = LEvalExams.choice(reply, several: self == .severalChoices)
            return best { LEvalExams.score(choice, LEvalExams.gold($0)) }
        case .sum: return best { LEvalExams.score(LEvalExams.sum(reply), LEvalExams.sum($0)) }
        case .programOutput: return best { LEvalExams.score(LEvalExams.output(reply, reference: $0), LEvalExams.printed($0)) }
        case .containedAnswer: return best { LEvalExams.score(reply.codePoints, $0.codePoints) }
        case .judgements: return references.first.map { judgements(reply, $0) } ?? ReplyScore(0)
        default: return nil
        }
    }

    /// What holds by a document, and what by the world, for references that say both.
    private func judgements(_ reply: String, _ reference: String) -> ReplyScore {
        let said = LEvalExams.judgements(reply), wanted = LEvalExams.judgements(reference)
        let loyalty = LEvalExams.score(said.loyalty, wanted.loyalty)
        guard let wantedFact = wanted.fact else { return ReplyScore(loyalty) }
        let fact = said.fact.map { LEvalExams.score($0, wantedFact) } ?? 0
        return ReplyScore((loyalty + fact) / 2, figures: ["loyalty": loyalty, "fact": fact])
    }

    /// Ada-LEval's and LongICLBench's answers. `choices` are the designations that there are, or the relations; references of several labels
    /// are the labels, those of entities "name: type".
    func labels(_ reply: String, _ references: [String], _ choices: [String]) -> ReplyScore? {
        switch self {
        case .designation:
            let said = AdaLEvalAnswers.designation(reply, choices: choices.count)
            return ReplyScore(said.map { references.contains($0) } ?? false ? 1 : 0, figures: ["followed": said == nil ? 0 : 1])
        case .order:
            let said = AdaLEvalAnswers.order(reply), wanted = references.compactMap { Int($0) }
            return ReplyScore(
                AdaLEvalAnswers.isRight(said, wanted) ? 1 : 0,
                figures: ["strict": AdaLEvalAnswers.isStrictlyRight(said, wanted) ? 1 : 0])
        case .label: return ReplyScore(references.contains { LabelledReplies.isSame(reply, $0) } ? 1 : 0)
        case .conjunction: return ReplyScore(references.contains { LabelledReplies.isSame(reply, $0, dropping: "“”,.\"") } ? 1 : 0)
        case .relation:
            let said = reply.codePoints.stripped
            return ReplyScore(
                LabelCounts(
                    correct: references.count { $0.codePoints == said }, predicted: choices.contains { $0.codePoints == said } ? 1 : 0,
                    wanted: 1))
        case .relations: return ReplyScore(LabelCounts(reply, references, relations: choices))
        case .entities: return ReplyScore(LabelCounts(entitiesOf: reply, references))
        default: return nil
        }
    }

    /// LongProc's procedures. `choices` are the numbers of `countdown`, the target last, and of `travelPlan` the cities and the days of each.
    func procedure(_ reply: String, _ references: [String], _ choices: [String]) -> ReplyScore? {
        guard let reference = references.first else { return nil }
        switch self {
        case .table:
            let shares = TabSeparatedRows.compare(reply, with: reference)
            return ReplyScore(
                shares?.f1 ?? 0,
                figures: [
                    "precision": shares?.precision ?? 0, "recall": shares?.recall ?? 0, "extraction_rate": shares == nil ? 0 : 1,
                ])
        case .route: return ReplyScore(StepScores.route(reply, reference: reference))
        case .beliefs: return ReplyScore(StepScores.beliefs(reply, reference: reference))
        case .countdown:
            return ReplyScore(CountdownScores.score(reply, reference: reference, numbers: choices.compactMap { Int($0) }))
        case .travelPlan: return ReplyScore(TravelScores.score(reply, reference: reference, stays: choices))
        default: return nil
        }
    }
}

extension LabelCounts {
    /// Relations in their order: one is right where it is part of what stands at its place.
    fileprivate init(_ reply: String, _ references: [String], relations: [String]) {
        let said = LabelledReplies.labels(reply), wanted = references.map(\.codePoints.stripped), relations = relations.map(\.codePoints)
        correct = zip(said, wanted).count { $0 == $1 || $0.holds($1) }
        predicted = said.count { label in relations.contains(where: label.holds) }
        self.wanted = wanted.count
    }

    /// Entities by their names: one is right that has its type.
    fileprivate init(entitiesOf reply: String, _ references: [String]) {
        let said = LabelledReplies.entities(reply, query: "")
        let wanted = references.map { reference -> [CodePoints] in reference.codePoints.split(at: [":", " "]) }
        correct = said.count { entity in
            wanted.contains {
                $0.count > 1 && $0.dropLast().joined(separator: [":", " "]).elementsEqual(entity.name) && $0.last == entity.type
            }
        }
        predicted = said.count
        self.wanted = wanted.count
    }
}
