import Foundation
import Yams

/// LongProc's procedures, which a model has to carry out and to write down. (Ye et al., LongProc: Benchmarking long-context language models on
/// long procedural generation, 2025.)
struct LongProc: PublishedTask {
    private enum Kind: String {
        case table = "html_to_tsv", route = "path_traversal", beliefs = "tom_tracking", countdown, travel = "travel_planning"
        case program = "pseudo_to_code"
    }

    private let kind: Kind
    private let level: String

    static let suite = "longproc"
    static let tasks: [LongProc] =
        ([.table, .route, .beliefs, .countdown] as [Kind]).flatMap { kind in ["0.5k", "2k", "8k"].map { LongProc(kind: kind, level: $0) } }
        + ["0.5k", "2k"].map { LongProc(kind: .program, level: $0) } + ["2k", "8k"].map { LongProc(kind: .travel, level: $0) }

    var name: String { "\(Self.suite)-\(kind.rawValue)-\(level)" }
    var replyTokens: Int { level == "0.5k" ? 1024 : level == "2k" ? 3072 : 9216 }

    var metric: Metric {
        switch kind {
        case .table: .table
        case .route: .route
        case .beliefs: .beliefs
        case .countdown: .countdown
        case .travel: .travelPlan
        case .program: .program
        }
    }

    var place: TaskPlace { TaskPlace(diffusion: [.table, .countdown, .program].contains(kind) ? .low : .medium, scope: .large) }

    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let folders = [kind.rawValue, "data/\(kind.rawValue)"]
        let records = try records(folder, folders), templates = try folder.file("prompts.yaml", in: folders)
        let yaml = try? Yams.load(yaml: PublishedFile.text(templates)) as? [String: Any]
        guard let template = (yaml?["USER_PROMPT"] as? String).flatMap(PromptTemplate.init) else {
            throw EvaluationError.badRecord(file: templates, place: "USER_PROMPT", reason: "there is no prompt with fields in braces")
        }
        let examples = try examples(folder, folders)
        return try records.map { fields in
            let item = try item(fields, folder: folder, folders)
            let values = item.values.merging(["demonstration": examples]) { own, _ in own }
            guard let prompt = template.filled(values, dividedBehind: item.lastField) else {
                throw EvaluationError.badRecord(file: templates, place: "USER_PROMPT", reason: "it has fields that the records do not have")
            }
            let (document, tail) = PublishedText.divided(prompt.0, prompt.1)
            return PublishedText(
                source: fields.source, document: document,
                questions: [EvaluationQuestion(question: tail, references: [item.reference], choices: item.choices)])
        }
    }

    private func records(_ folder: PublishedFolder, _ folders: [String]) throws -> [PublishedFields] {
        guard kind == .travel else { return try PublishedFile.records(folder.file("\(kind.rawValue)_\(level).json", in: folders)) }
        let tokens = level == "2k" ? 0..<2048 : 4096..<8192
        return try PublishedFile.records(folder.file("travel_planning_all.json", in: folders)).filter {
            tokens.contains(try $0.integer("estimated_output_tokens"))
        }
    }

    /// Solved examples, of those tasks that have them apart from the prompt.
    private func examples(_ folder: PublishedFolder, _ folders: [String]) throws -> String {
        switch kind {
        case .countdown:
            Self.countdownExamples.compactMap { numbers, target in
                CountdownSearch(numbers, target: target).map { "# Example\nNumbers: \(numbers)\nTarget: \(target)\n\n\($0.text)" }
            }.joined(separator: "\n\n")
        case .travel:
            try PublishedFile.records(folder.file("travel_planning_icl_examples.json", in: folders)).map { fields in
                "# Example\n\(try fields.text("disambig_question_text"))\n\n\(try Self.travelSearch(fields).text)"
            }.joined(separator: "\n\n")
        case .table, .route, .beliefs, .program: ""
        }
    }

    private static let countdownExamples = [([40, 19, 23, 7], 29), ([9, 16, 6, 18], 12)]

    // MARK: - Records

    /// What a record puts into the prompt, and what its reply is held against.
    private struct Item {
        let values: [String: String]
        let lastField: String
        let reference: String
        var choices: [String] = []
    }

    private func item(_ fields: PublishedFields, folder: PublishedFolder, _ folders: [String]) throws -> Item {
        switch kind {
        case .table:
            let page = try folder.file(fields.text("html_path"), in: folders)
            let names = ["task_topic", "task_description", "tsv_header", "filtering_instruction"]
            let texts = try names.map { name in (name, try fields.text(name)) }
            return Item(
                values: Dictionary(texts + [("html_str", try PublishedFile.text(page))]) { first, _ in first }, lastField: "html_str",
                reference: try fields.text("gt"))
        case .route:
            let question = try fields.texts("question_repr")
            guard question.count > 1 else { throw fields.failure("the list \"question_repr\" is no pair of cities") }
            return Item(
                values: ["city_context": try fields.text("context_nl"), "src_city": question[0], "dst_city": question[1]],
                lastField: "city_context", reference: try fields.text("answer_nl"))
        case .beliefs:
            return Item(
                values: [
                    "story": try fields.text("story"), "question": try fields.text("question"), "story_components": components(fields),
                ],
                lastField: "story", reference: try fields.text("solution"))
        case .countdown:
            let numbers = try fields.integers("nums"), target = try fields.integer("target")
            guard let search = CountdownSearch(numbers, target: target) else {
                throw fields.failure("its numbers cannot be made into its target")
            }
            return Item(
                values: ["nums": "\(numbers)", "target": String(target)], lastField: "demonstration", reference: search.text,
                choices: (numbers + [target]).map(String.init))
        case .program:
            return Item(
                values: ["pseudocode": try fields.texts("pseudocode_lines").joined(separator: "\n")], lastField: "pseudocode",
                reference: try fields.texts("code_lines").joined(separator: "\n"))
        case .travel:
            return Item(
                values: ["problem": try fields.text("disambig_question_text")], lastField: "demonstration",
                reference: try Self.travelSearch(fields).text,
                choices: try Self.parts(fields.text("ground_truth_cities")) + Self.parts(fields.text("ground_truth_durations")))
        }
    }

    /// Programs are run, where that is allowed.
    func judging(in folder: PublishedFolder) throws -> (any Judging)? {
        guard kind == .program else { return nil }
        let records = try records(folder, [kind.rawValue, "data/\(kind.rawValue)"])
        return ProgramTests(records: try records.map { fields in try ProgramTests.tests(fields) })
    }

    private func components(_ fields: PublishedFields) -> String { fields.object["story_components"]?.string ?? "" }

    static func parts(_ text: String) -> [String] { text.components(separatedBy: "**").filter { !$0.isEmpty } }

    private static let mostDays = 1...10_000

    static func travelSearch(_ fields: PublishedFields) throws -> TravelSearch {
        let constraints = try fields.records("constraints")
        var starts: [String: Int] = [:]
        for fixed in constraints where try fixed.text("type") == "fixed" { starts[try fixed.text("city")] = try fixed.integer("start_day") }
        let stays = try constraints.filter { try $0.text("type") == "duration" }.map { constraint in
            let city = try constraint.text("city")
            let days = try constraint.integer("num_days"), start = starts[city]
            guard Self.mostDays.contains(days), Self.mostDays.contains(start ?? 1) else {
                throw constraint.failure("its days are no days of a trip")
            }
            return TravelSearch.Stay(city: city, days: days, start: start)
        }
        let flights = (fields.object["connected_cities"]?.array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
        guard let search = TravelSearch(stays, flights: flights, count: try fields.integer("num_cities")) else {
            throw fields.failure("there is no order of its cities")
        }
        return search
    }
}
