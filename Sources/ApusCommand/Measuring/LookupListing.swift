import Training

/// What `apus eval recall` found, for people and for programs.
struct LookupListing {
    struct Row {
        let score: LookupScore
        /// The same cases with other values; nil where there are none to change.
        let changed: LookupScore?
    }

    let rows: [Row]
    let length: Int

    /// Accuracies by depth, from the beginning of the text on, are the columns between.
    var text: String {
        let depths = (0..<LookupScore.depths).map { Table.Heading.number("\($0 * 100 / LookupScore.depths)%") }
        let headings: [Table.Heading] = [.text("Class"), .number("Cases"), .number("Right")] + depths
        var table = Table(headings: headings + [.number("Changed"), .number("Refused")])
        table.rows = rows.map { row in
            [row.score.kind.rawValue, Formatting.count(row.score.total.cases), percent(row.score.total)]
                + row.score.byDepth.map(percent) + [row.changed.map { percent($0.total) } ?? "", Formatting.count(row.score.refused)]
        }
        return table.text + "\n" + forms.text
    }

    /// Accuracies by what the answers stand in.
    private var forms: Table {
        var table = Table(headings: [.text("Class"), .text("Answer in"), .number("Cases"), .number("Right")])
        for row in rows where row.score.byForm.count > 1 {
            for form in LookupForm.allCases {
                guard let count = row.score.byForm[form] else { continue }
                table.rows.append([row.score.kind.rawValue, form.title, Formatting.count(count.cases), percent(count)])
            }
        }
        return table
    }

    private func percent(_ count: LookupScore.Count) -> String {
        count.cases > 0 ? Formatting.decimal(100 * count.accuracy, digits: 1) + "%" : ""
    }

    var json: JSON {
        let classes = rows.map { row -> JSON in
            [
                "name": .string(row.score.kind.rawValue), "cases": .integer(row.score.total.cases),
                "correct": .integer(row.score.total.correct), "accuracy": .number(row.score.total.accuracy),
                "refused": .integer(row.score.refused),
                "by_depth": .array(row.score.byDepth.map { JSON($0.cases > 0 ? $0.accuracy : nil, JSON.number) }),
                "by_form": .object(
                    Dictionary(
                        uniqueKeysWithValues: row.score.byForm.map { form, count in
                            (form.rawValue, ["cases": .integer(count.cases), "accuracy": .number(count.accuracy)])
                        })),
                "changed_cases": JSON(row.changed?.total.cases, JSON.integer),
                "changed_accuracy": JSON(row.changed?.total.accuracy, JSON.number),
            ]
        }
        return ["length": .integer(length), "classes": .array(classes)]
    }
}

extension LookupForm {
    fileprivate var title: String {
        switch self {
        case .passkey: "a passkey"
        case .line: "a line"
        case .story: "a story"
        case .valueBehind: "a fact, the value behind its subject"
        case .valueFirst: "a fact, the value before its subject"
        }
    }
}
