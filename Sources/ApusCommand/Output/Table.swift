import TextTable

/// A table for people: a line of titles, a rule, and a line for each row.
struct Table {
    /// One column: its title and which side its texts stand at.
    struct Heading {
        let title: String
        let alignment: Alignment

        static func text(_ title: String) -> Heading { Heading(title: title, alignment: .left) }
        static func number(_ title: String) -> Heading { Heading(title: title, alignment: .right) }
    }

    let headings: [Heading]
    /// As many texts in each row as there are headings.
    var rows: [[String]] = []

    /// The table as text, every line ended; empty without rows.
    var text: String {
        let table = TextTable<[String]> { row in
            zip(headings, row).map { Column(title: $0.title, value: $1.onOneLine, align: $0.alignment) }
        }
        // TextTable pads the last column too; spaces at the ends of lines are only noise in a file.
        return (table.string(for: rows) ?? "").split(separator: "\n").map { line in
            String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
