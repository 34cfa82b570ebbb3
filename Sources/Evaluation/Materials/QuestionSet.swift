import Foundation
import ModelFiles

/// Questions of others, which a person gets from where they are published and names on the command line.
package enum QuestionFile: String, CaseIterable, Sendable {
    /// The Stanford Question Answering Dataset 2.0, as JSON.
    case squad
    /// HotpotQA with distractors, as JSON.
    case hotpotqa

    /// The option that names it.
    package var option: String { "--\(rawValue)" }
}

/// Documents, and questions that some of them answer.
package struct QuestionSet: Sendable {
    struct Question: Sendable {
        let question: String
        let answers: [String]
        /// Documents that hold the answer.
        let gold: [Int]
        /// Documents on the same subject.
        let related: [Int]
    }

    let documents: [String]
    let questions: [Question]

    /// - Throws: `EvaluationError.badQuestions` with what is wrong and where; `noQuestionFile`; errors of parsing.
    package init(_ file: QuestionFile, path: String) throws {
        var builder = QuestionBuilder(path: path)
        guard let bytes = FileManager.default.contents(atPath: path) else { throw EvaluationError.noQuestionFile(path) }
        let document = try JSONValue(parsing: Array(bytes), path: path)
        switch file {
        case .squad: try builder.addArticles(document)
        case .hotpotqa: try builder.addHops(document)
        }
        guard !builder.questions.isEmpty else { throw builder.failure("it has no question with an answer") }
        documents = builder.documents
        questions = builder.questions
    }
}

/// Takes the published forms apart.
private struct QuestionBuilder {
    let path: String
    private(set) var documents: [String] = []
    private(set) var questions: [QuestionSet.Question] = []
    private var places: [String: Int] = [:]

    init(path: String) { self.path = path }

    func failure(_ reason: String) -> EvaluationError { .badQuestions(file: path, reason: reason) }

    /// `{"data": [{"paragraphs": [{"context", "qas": [{"question", "is_impossible", "answers": [{"text"}]}]}]}]}`
    mutating func addArticles(_ document: JSONValue) throws(EvaluationError) {
        guard let articles = document.object?["data"]?.array else { throw failure("there is no list \"data\", as SQuAD has it") }
        for (number, article) in articles.enumerated() {
            let place = "article \(number + 1)"
            let paragraphs = try list(article, "paragraphs", in: place)
            let contexts = try paragraphs.map { paragraph throws(EvaluationError) in
                add(try text(paragraph, "context", in: place))
            }
            for (paragraph, context) in zip(paragraphs, contexts) {
                for question in try list(paragraph, "qas", in: place) where question.object?["is_impossible"]?.bool != true {
                    let answers = try list(question, "answers", in: place).compactMap { $0.object?["text"]?.string }
                    add(
                        try text(question, "question", in: place), answers: answers, gold: [context],
                        related: Set(contexts).subtracting([context]).sorted())
                }
            }
        }
    }

    /// `[{"question", "answer", "context": [[title, [sentence]]], "supporting_facts": [[title, number]]}]`
    mutating func addHops(_ document: JSONValue) throws(EvaluationError) {
        guard let records = document.array else { throw failure("it is no list of questions, as HotpotQA has them") }
        for (number, record) in records.enumerated() {
            let place = "question \(number + 1)"
            let supporting = try list(record, "supporting_facts", in: place).compactMap { $0.array?.first?.string }
            var gold: [Int] = [], related: [Int] = []
            for part in try list(record, "context", in: place) {
                guard let title = part.array?.first?.string, let sentences = part.array?.last?.array else {
                    throw failure("\(place) has a context that is no title with sentences")
                }
                let context = add(title + "\n" + sentences.compactMap(\.string).joined())
                if supporting.contains(title) { gold.append(context) } else { related.append(context) }
            }
            guard !gold.isEmpty else { throw failure("\(place) has no context that supports its answer") }
            add(try text(record, "question", in: place), answers: [try text(record, "answer", in: place)], gold: gold, related: related)
        }
    }

    private mutating func add(_ context: String) -> Int {
        if let place = places[context] { return place }
        documents.append(context)
        places[context] = documents.count - 1
        return documents.count - 1
    }

    private mutating func add(_ question: String, answers: [String], gold: [Int], related: [Int]) {
        let answers = answers.filter { !$0.isEmpty }
        guard !answers.isEmpty else { return }
        var unique: [String] = []
        for answer in answers where !unique.contains(answer) { unique.append(answer) }
        questions.append(QuestionSet.Question(question: question, answers: unique, gold: gold, related: related))
    }

    private func list(_ value: JSONValue, _ key: String, in place: String) throws(EvaluationError) -> [JSONValue] {
        guard let found = value.object?[key]?.array else { throw failure("\(place) has no list \"\(key)\"") }
        return found
    }

    private func text(_ value: JSONValue, _ key: String, in place: String) throws(EvaluationError) -> String {
        guard let found = value.object?[key]?.string else { throw failure("\(place) has no text \"\(key)\"") }
        return found
    }
}
