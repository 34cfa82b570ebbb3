/// The scores of several tasks of a suite together, as its authors put them together.
package struct SuiteAverage: Codable, Equatable, Sendable {
    /// "longbench summaries (English)".
    package let name: String
    package let length: Int
    /// How many of its parts there are, and how many there should be.
    package let parts: Int
    package let allParts: Int
    package let score: MeanScore
    /// What others have published; empty where parts are missing.
    package let published: [PublishedScore]

    /// - Parameter references: scores that M4LE's are normalised by, by the names of its tasks.
    static func all(of reports: [EvaluationReport], lengths: [Int], references: [String: Double]) -> [SuiteAverage] {
        lengths.flatMap { length in
            let means = Dictionary(
                reports.compactMap { report in report.byLength.first { $0.length == length }.map { (report.benchmark, $0.score) } }
            ) { first, _ in first }
            return longBench(means, length) + exams(means, length) + abilities(reports, length, references)
        }
    }

    /// - Returns: nil where there is nothing to take the mean of.
    ///
    /// - Parameter isWhole: whether nothing is missing within its parts.
    private init?(_ name: String, _ length: Int, _ means: [MeanScore], of allParts: Int, isWhole: Bool = true) {
        guard !means.isEmpty else { return nil }
        (self.name, self.length, parts, self.allParts) = (name, length, means.count, allParts)
        score = MeanScore(ofMeans: means)
        published = parts == allParts && isWhole ? PublishedScore.all(of: name) : []
    }

    // MARK: - LongBench: the mean of six kinds of tasks for each language, code in both

    private static let code = (kind: "code", tasks: ["lcc", "repobench-p"])
    private static let kinds: [(language: String, kinds: [(kind: String, tasks: [String])])] = [
        (
            "English",
            [
                ("single-document QA", ["narrativeqa", "qasper", "multifieldqa_en"]),
                ("multi-document QA", ["hotpotqa", "2wikimqa", "musique"]), ("summaries", ["gov_report", "qmsum", "multi_news"]),
                ("few-shot", ["trec", "triviaqa", "samsum"]), ("synthetic", ["passage_count", "passage_retrieval_en"]), code,
            ]
        ),
        (
            "Chinese",
            [
                ("single-document QA", ["multifieldqa_zh"]), ("multi-document QA", ["dureader"]), ("summaries", ["vcsum"]),
                ("few-shot", ["lsht"]), ("synthetic", ["passage_retrieval_zh"]), code,
            ]
        ),
    ]

    private static func longBench(_ means: [String: MeanScore], _ length: Int) -> [SuiteAverage] {
        kinds.flatMap { language, kinds -> [SuiteAverage] in
            let own = kinds.filter { $0.kind != code.kind }.flatMap(\.tasks)
            guard own.contains(where: { means["longbench-\($0)"] != nil }) else { return [] }
            let averages = kinds.compactMap { kind, tasks in
                SuiteAverage("longbench \(kind) (\(language))", length, tasks.compactMap { means["longbench-\($0)"] }, of: tasks.count)
            }
            return averages
                + [
                    SuiteAverage(
                        "longbench \(language)", length, averages.map(\.score), of: kinds.count,
                        isWhole: averages.allSatisfy { $0.parts == $0.allParts })
                ].compactMap(\.self)
        }
    }

    // MARK: - L-Eval: the mean of its exams

    private static let examTasks = ["coursera", "gsm100", "quality", "tpo", "codeU", "sci_fi"]

    private static func exams(_ means: [String: MeanScore], _ length: Int) -> [SuiteAverage] {
        let found = examTasks.compactMap { means["leval-\($0)"] }
        return found.count < 2 ? [] : [SuiteAverage("leval exams", length, found, of: examTasks.count)].compactMap(\.self)
    }

    // MARK: - M4LE: scores as shares of themselves and those of a reference, bucket by bucket

    private static let buckets = ["1000", "2000", "4000", "6000", "8000"]

    /// What a score is worth beside that of the reference on the shortest texts: half for the same. (The formula is from memory of the paper.)
    static func normalized(_ score: Double, reference: Double) -> Double { score + reference > 0 ? score / (score + reference) : 0 }

    private static func abilities(_ reports: [EvaluationReport], _ length: Int, _ references: [String: Double]) -> [SuiteAverage] {
        let averages = buckets.compactMap { bucket -> SuiteAverage? in
            let means = reports.compactMap { report -> MeanScore? in
                guard report.benchmark.hasPrefix(M4LE.suite + "-"),
                    let reference = references[String(report.benchmark.dropFirst(M4LE.suite.count + 1))],
                    let group = report.groups.first(where: { $0.length == length && $0.name == bucket })
                else { return nil }
                return group.score.mapped { normalized($0, reference: reference) }
            }
            return SuiteAverage("m4le normalised \(bucket)", length, means, of: M4LE.tasks.count)
        }
        guard !averages.isEmpty else { return [] }
        return averages
            + [
                SuiteAverage(
                    "m4le normalised", length, averages.map(\.score), of: buckets.count,
                    isWhole: averages.allSatisfy { $0.parts == $0.allParts })
            ].compactMap(\.self)
    }
}

/// Scores of one model on M4LE's shortest texts, by which others are normalised.
package enum AbilityReferences {
    /// Reads `{"newsqa": 0.61, …}`, from 0 to 1.
    /// - Throws: `EvaluationError` with the file and the task that cannot be used.
    package static func read(_ path: String) throws(EvaluationError) -> [String: Double] {
        guard let object = try PublishedFile.json(path).object else {
            throw .badRecord(file: path, place: "the whole", reason: "it is no object of tasks with their scores")
        }
        let names = Set(M4LE.tasks.map { String($0.name.dropFirst(M4LE.suite.count + 1)) })
        var references: [String: Double] = [:]
        for (name, value) in object {
            guard names.contains(name), let score = value.number, (0...1).contains(score) else {
                throw .badRecord(file: path, place: "\"\(name)\"", reason: "it is no task of M4LE with a score from 0 to 1")
            }
            references[name] = score
        }
        return references
    }
}
