/// Mean scores by how hard evidence is to find and how much of it there is, three by three. What nothing was asked for stays empty.
package struct PlaceGrid {
    /// The columns' names.
    package static let scopes = TaskPlace.Scope.allCases.map { "\($0.rawValue) scope" }

    /// Diffusion with its cells by scope.
    package let rows: [(title: String, cells: [MeanScore?])]

    package init(_ places: [PlaceScore]) {
        rows = TaskPlace.Diffusion.allCases.map { diffusion in
            (
                "\(diffusion.rawValue) diffusion",
                TaskPlace.Scope.allCases.map { scope in
                    places.first { $0.place == TaskPlace(diffusion: diffusion, scope: scope) }?.score
                }
            )
        }
    }

    var html: String {
        let table = HTMLPage.table(
            headings: ["Why questions are hard"] + Self.scopes,
            rows: rows.map { row in
                [row.title] + row.cells.map { cell in cell.map { "\($0.score.percent) (\($0.range); \($0.records) questions)" } ?? "" }
            })
        let note =
            "Diffusion: how scattered and hidden what is needed is; scope: how much of it any right answer needs (Goldman et al., 2024). "
            + "Where a benchmark stands is this program's own judgement."
        return table + "\n" + HTMLPage.paragraph(note)
    }
}
