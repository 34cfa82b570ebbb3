import ModelFiles

/// LongICLBench's tasks of published files: labels of which the prompt shows examples and nothing else, in one to five rounds.
/// (Li et al., Long-context LLMs struggle with long in-context learning, 2024.)
struct LongICLBench: PublishedTask {
    private enum Kind: String, CaseIterable { case entities = "fewnerd", relation = "tacred", relations = "dialogre" }

    private let kind: Kind
    private let rounds: Int
    /// Whether the examples of a label stand together.
    private let isGrouped: Bool

    static let suite = "longiclbench"
    /// The same with the examples of a label together, for tasks that have one label for each example.
    static let groupedSuite = "longiclbench-grouped"

    static let tasks: [any PublishedTask] =
        LongICLClasses.tasks + Kind.allCases.flatMap { kind in (1...5).map { LongICLBench(kind: kind, rounds: $0) } }
    static let groupedTasks: [any PublishedTask] =
        LongICLClasses.groupedTasks + (1...5).map { LongICLBench(kind: .relation, rounds: $0, isGrouped: true) }

    private init(kind: Kind, rounds: Int, isGrouped: Bool = false) { (self.kind, self.rounds, self.isGrouped) = (kind, rounds, isGrouped) }

    /// The task whose examples stand one of each label after the other; nil for one that is not grouped.
    static func scattered(_ name: String) -> String? {
        name.hasPrefix(groupedSuite + "-") ? suite + name.dropFirst(groupedSuite.count) : nil
    }

    var name: String { "\(isGrouped ? Self.groupedSuite : Self.suite)-\(kind.rawValue)-\(rounds)r" }
    let replyTokens = 100
    let place = TaskPlace.aggregation
    var framing: SubjectFraming { .continuation }

    var metric: Metric {
        switch kind {
        case .entities: .entities
        case .relation: .relation
        case .relations: .relations
        }
    }

    /// One text of examples, which is read once for all questions.
    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let train = try examples(folder), test = try tests(folder)
        let document = try Self.instructions[kind, default: ""] + train.map { try shown($0) }.joined()
        return [PublishedText(source: train.first?.file ?? folder.path, document: document, questions: try test.map(question))]
    }

    private func examples(_ folder: PublishedFolder) throws -> [PublishedFields] {
        switch kind {
        case .entities: Array(try records("fewnerd_train_10turns", folder).prefix([57, 114, 170, 224, 281][rounds - 1]))
        case .relation: try relationExamples(folder)
        case .relations: try merged(Array(records("train_dialogueRE_processed", folder).prefix([34, 67, 99, 131, 163][rounds - 1])))
        }
    }

    private func relationExamples(_ folder: PublishedFolder) throws -> [PublishedFields] {
        let chosen = try LabelWalk.relations(records("train_tacred", folder), rounds: rounds, labels: Set(Self.relations))
        return isGrouped ? try LabelWalk.grouped(chosen) { try $0.text("relation") } : chosen
    }

    private func tests(_ folder: PublishedFolder) throws -> [PublishedFields] {
        switch kind {
        case .entities: Array(try records("fewnerd_test", folder).prefix(Self.questions))
        case .relation:
            Array(try LabelWalk.upTo(20, of: records("test_tacred", folder), labels: Set(Self.relations)).prefix(Self.questions))
        case .relations: try limited(records("test_dialogueRE", folder))
        }
    }

    private static let questions = 500

    /// A file by the beginning of its name: what follows says how many records of it there are.
    private func records(_ name: String, _ folder: PublishedFolder) throws -> [PublishedFields] {
        try PublishedFile.records(folder.file(beginning: name, ending: ".json", in: ["processed_data"]))
    }
}

// MARK: - Prompts, as published

extension LongICLBench {
    private static let instructions: [Kind: String] = [
        .entities:
            "Given the sentence, please find the name entities in the sentence and their corresponding entity types in the strict format "
            + "of given examples as following (Entity: EntityType):\n",
        .relation:
            "Given a sentence and a pair of subject and object entities within the sentence, please predict the relation between the given "
            + "entities. The examples are as follows: \n",
        .relations:
            "Given the dialogue, please find the name pair entities in the dialogue and their corresponding relation types in the strict "
            + "format of given examples as following (note that the number of entities has to strictly have the same value as the number of "
            + "respective relation):\n",
    ]

    private func shown(_ fields: PublishedFields) throws -> String {
        switch kind {
        case .entities: try opening(fields) + entities(fields).map { $0 + "\n" }.joined()
        case .relation: try opening(fields) + " " + fields.text("relation") + "\n"
        case .relations: try opening(fields) + " " + relations(fields).map { try $0.text("relation") }.joined(separator: ", ") + "\n"
        }
    }

    /// An example up to where its answer begins, without the blank before it.
    private func opening(_ fields: PublishedFields) throws -> String {
        switch kind {
        case .entities: return "Sentence: \(try fields.text("sentence"))\n"
        case .relation:
            let subject = try fields.text("subject_entity"), object = try fields.text("object_entity")
            return "sentence: \(try fields.text("sentence"))\nthe subject is \(subject) and the object is \(object)\n\(Self.relationCue)"
        case .relations:
            let relations = try relations(fields)
            let pairs = try relations.map { pair in
                "(\(PythonText.quoted(try pair.text("subject_entity"))), \(PythonText.quoted(try pair.text("object_entity"))))"
            }
            return
                "Dialogue: \n\(try fields.text("dialogue"))\nThe list of \(pairs.count) entity pairs are \(pairs.joined(separator: ", "))\n"
                + Self.relationsCue(pairs.count)
        }
    }

    private static let relationCue = "the relation between the two entities is:"
    private static func relationsCue(_ count: Int) -> String { "The \(count) respective relations between each entity pair are:" }

    private func entities(_ fields: PublishedFields) throws -> [String] {
        guard let entities = fields.object["entities"]?.object else { throw fields.failure("there is no object \"entities\"") }
        return entities.map { "\($0.key): \($0.value.string ?? "")" }
    }

    private func relations(_ fields: PublishedFields) throws -> [PublishedFields] { try fields.records("relations") }

    private func question(_ fields: PublishedFields) throws -> EvaluationQuestion {
        let asked = try opening(fields) + (kind == .entities ? "" : " ")
        switch kind {
        case .entities:
            return EvaluationQuestion(question: asked, references: try entities(fields), query: try fields.text("sentence"))
        case .relation:
            return EvaluationQuestion(
                question: asked, references: [try fields.text("relation")], choices: Self.relations, query: try fields.text("sentence"))
        case .relations:
            let labels = try relations(fields).map { relation in try relation.text("relation") }
            return EvaluationQuestion(
                question: asked, references: labels, choices: Self.dialogueRelations, query: try fields.text("dialogue"))
        }
    }

    func answer(in reply: String, to question: EvaluationQuestion) -> String {
        switch kind {
        case .entities:
            LabelledReplies.entities(reply, query: question.query).map { String($0.name) + ": " + String($0.type) }.joined(separator: "\n")
        case .relation: LabelledReplies.label(reply, query: question.query, cue: Self.relationCue, next: "sentence:")
        case .relations:
            LabelledReplies.relations(reply, dialogue: question.query, cue: Self.relationsCue(question.references.count))
        }
    }
}

// MARK: - Choosing records

extension LongICLBench {
    /// Relations of one dialogue together, in the order of the dialogues' first.
    private func merged(_ records: [PublishedFields]) throws -> [PublishedFields] {
        var order: [String] = [], relations: [String: [JSONValue]] = [:], first: [String: PublishedFields] = [:]
        for fields in records {
            let dialogue = try fields.text("dialogue")
            if first[dialogue] == nil {
                order.append(dialogue)
                first[dialogue] = fields
            }
            relations[dialogue, default: []].append(.object(fields.object))
        }
        return try order.compactMap { dialogue in
            try first[dialogue].map { fields in
                let object = JSONObject([("dialogue", .string(dialogue)), ("relations", .array(relations[dialogue] ?? []))])
                return try PublishedFields(.object(object), file: fields.file, place: fields.place)
            }
        }
    }

    /// Dialogues until there are as many relations as are asked for; of the last only those that are still wanted.
    private func limited(_ records: [PublishedFields]) throws -> [PublishedFields] {
        var left = Self.questions, chosen: [PublishedFields] = []
        for fields in records where left > 0 {
            let relations = Array((fields.object["relations"]?.array ?? []).prefix(left))
            guard !relations.isEmpty else { continue }
            left -= relations.count
            var object = fields.object
            object["relations"] = .array(relations)
            chosen.append(try PublishedFields(.object(object), file: fields.file, place: fields.place))
        }
        return chosen
    }

    /// Labels as the published files of replies hold them, or whole replies beside the task's data.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        if let label = fields.object["label"]?.string, let said = fields.object["pred"]?.string {
            let isOne = kind == .relation
            return PublishedPrediction(
                question: EvaluationQuestion(
                    question: "", references: isOne ? [label] : LabelledReplies.labels(label).map { String($0) },
                    choices: isOne ? Self.relations : Self.dialogueRelations), reply: said)
        }
        // Files of entities hold nothing but names and types, one object for each sentence.
        guard kind == .entities, fields.firstText(PublishedPrediction.keys) == nil else {
            return try ordered(fields, number: number, questions: questions)
        }
        guard questions.indices.contains(number) else {
            throw questions.isEmpty ? .noData(name) : fields.failure("the data has \(questions.count) questions only")
        }
        let said = fields.object.map { "\($0.key): \($0.value.string ?? "")" }.joined(separator: "\n")
        return PublishedPrediction(question: questions[number], reply: said)
    }
}
