extension RecipeKeys {
    static let texts = RecipeKey(
        "data.texts", .texts("a path, or a list of them"),
        "Text files, and folders whose .txt files are taken. Each file is one document; what Project Gutenberg put around a book is left out.")
    static let joinsLines = RecipeKey(
        "data.join_lines", .truth, usual: "false", "Make one line of each paragraph, in texts that are broken into short lines.")
    static let heldOut = RecipeKey(
        "data.held_out", .number(0...0.5), usual: "0.02", "The share of each document, at its end, that is not learned from but watched.")
    static let packing = RecipeKey(
        "data.packing",
        .choice([("documents", Packing.documents), ("concatenate", .concatenate), ("decomposition", .decomposition)]), usual: "documents",
        "How documents fill sequences: end to end with attention kept within each (documents) or going over their borders (concatenate), or "
            + "in pieces of single documents whose lengths are powers of two (decomposition).")
    static let length = RecipeKey(
        "data.length", .whole(1...10_000_000), usual: "model.context", "Tokens of a sequence; with decomposition, of the longest.")
    static let shortest = RecipeKey(
        "data.shortest", .whole(1...1 << 30), usual: "64", "Tokens of the shortest sequence of decomposition; both are powers of two.")
    static let curriculum = RecipeKey(
        "data.curriculum", .choice(LengthCurriculum.allCases.map { ($0.rawValue, $0) }), usual: "grow-p2",
        "How much likelier decomposition draws some lengths before others.")
    static let cycles = RecipeKey(
        "data.cycles", .whole(1...10_000), usual: "8", "How often decomposition goes through its lengths in an epoch.")
    static let offsets = RecipeKey(
        "data.offsets", .truth, usual: "false",
        "Let sequences that are shorter than the context begin at random positions, so that late positions are trained, too.")

    /// In the order of the documentation.
    static let data: [any AnyRecipeKey] = [texts, joinsLines, heldOut, packing, length, shortest, curriculum, cycles, offsets]

    /// Sections of which there may be several, as entries of a list.
    static let lists: Set<String> = []
}

/// How documents fill sequences.
package enum Packing: Sendable {
    case documents, concatenate, decomposition
}
