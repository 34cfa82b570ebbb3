extension RecipeKeys {
    static let texts = RecipeKey(
        "data.texts", .texts("a path, or a list of them"),
        "Text files, and folders whose .txt files are taken. Each file is one document; what Project Gutenberg put around a book is left out."
    )
    static let joinsLines = RecipeKey(
        "data.join_lines", .truth, usual: "false", "Make one line of each paragraph, in texts that are broken into short lines.")
    static let heldOut = RecipeKey(
        "data.held_out", .number(0...0.5), usual: "0.02", "The share of each document, at its end, that is not learned from but watched.")
    static let batchesPerStep = RecipeKey(
        "data.batches_per_step", .whole(1...10_000), usual: "8", "With data.streams: of how many batches a step is mixed.")

    /// Of the one stream that there is without a list of them.
    static let onlyStream = StreamKeys("data")
    static let listedStream = StreamKeys("data.streams")

    static let phaseShare = RecipeKey(
        "data.phases.share", .number(1e-6...1),
        "The share of all steps that the phase lasts. Phases follow each other; the last lasts to the end.")
    static let phaseShares = RecipeKey(
        "data.phases.streams", .numbers("a list of numbers, one for each stream"),
        "How much comes from each stream, in relation to the others.")
    static let phaseFinalShares = RecipeKey(
        "data.phases.final_streams", .numbers("a list of numbers, one for each stream"), usual: "streams",
        "The same at the end of the phase; it changes evenly in between.")

    /// In the order of the documentation.
    static let data: [any AnyRecipeKey] =
        [texts, joinsLines, heldOut, batchesPerStep] + onlyStream.ofTexts + [listedStream.kind, listedStream.weight] + listedStream.ofTexts
        + listedStream.lookups.all + [phaseShare, phaseShares, phaseFinalShares]

    /// Sections of which there may be several, as entries of a list.
    static let lists: Set<String> = ["data.streams", "data.phases"]
}

/// The keys of one stream of batches: below "data" itself, or in the list below it.
struct StreamKeys {
    let kind: RecipeKey<StreamKind>
    let weight: RecipeKey<Double>
    // Of texts
    let packing: RecipeKey<Packing>
    let length: RecipeKey<Int>
    let shortest: RecipeKey<Int>
    let curriculum: RecipeKey<LengthCurriculum>
    let cycles: RecipeKey<Int>
    let offsets: RecipeKey<Bool>
    let lookups: LookupKeys

    init(_ section: String) {
        kind = RecipeKey(
            "\(section).kind", .choice([("texts", StreamKind.texts), ("lookups", .lookups), ("dense_lookups", .denseLookups)]),
            usual: "texts",
            "Where sequences come from: the texts, or generated tasks that need looking things up among them, few or as many as fit.")
        weight = RecipeKey(
            "\(section).weight", .number(1e-6...1e6), usual: "1", "How much the loss of each of its tokens counts beside other streams'.")
        packing = RecipeKey(
            "\(section).packing",
            .choice([("documents", Packing.documents), ("concatenate", .concatenate), ("decomposition", .decomposition)]),
            usual: "documents",
            "How documents fill sequences: end to end with attention kept within each (documents) or going over their borders (concatenate), "
                + "or in pieces of single documents whose lengths are powers of two (decomposition).")
        length = RecipeKey(
            "\(section).length", .whole(1...10_000_000), usual: "the model's context, at most 1024",
            "Tokens of a sequence; with decomposition, of the longest.")
        shortest = RecipeKey(
            "\(section).shortest", .whole(2...1 << 30), usual: "64",
            "Tokens of the shortest sequence of decomposition; both are powers of two.")
        curriculum = RecipeKey(
            "\(section).curriculum", .choice(LengthCurriculum.allCases.map { ($0.rawValue, $0) }), usual: "grow-p2",
            "How much likelier decomposition draws some lengths before others.")
        cycles = RecipeKey(
            "\(section).cycles", .whole(1...10_000), usual: "8", "How often decomposition goes through its lengths in an epoch.")
        offsets = RecipeKey(
            "\(section).offsets", .truth, usual: "false",
            "Let sequences that are shorter than the context begin at random positions, so that late positions are trained, too.")
        lookups = LookupKeys(section)
    }

    var ofTexts: [any AnyRecipeKey] { [packing, length, shortest, curriculum, cycles, offsets] }
}

/// What a stream of generated tasks can have besides.
struct LookupKeys {
    let kinds: [(kind: LookupKind, key: RecipeKey<Double>)]
    let filler: RecipeKey<ClosedRange<Double>>
    let questions: RecipeKey<ClosedRange<Double>>
    let refusals: RecipeKey<Double>
    let textWeight: RecipeKey<Double>
    let early: RecipeKey<Double>
    let valueFirst: RecipeKey<Double>
    let echo: RecipeKey<Double>

    init(_ section: String) {
        kinds = LookupKind.allCases.map { ($0, $0.share(in: section)) }
        filler = RecipeKey(
            "\(section).filler", .range(0...1), usual: "the kind's", "How much of a sequence is text that says nothing of what is asked.")
        questions = RecipeKey(
            "\(section).questions", .range(1...1000), usual: "the kind's", "Questions in a sequence, as far as there is room.")
        refusals = RecipeKey(
            "\(section).refusals", .number(0...1), usual: "0.2", "The share of questions whose answer is that the text does not say.")
        textWeight = RecipeKey(
            "\(section).text_weight", .number(0...1), usual: "0", "How much the loss of tokens counts that are no answers.")
        early = RecipeKey(
            "\(section).early", .number(0...1), usual: "0",
            "How often what is told is put into the first fifth of the text, besides what stands there by chance.")
        valueFirst = RecipeKey(
            "\(section).value_first", .number(0...1), usual: "0.5",
            "How often a way to tell a fact is looked for that puts the value before what it is said of.")
        echo = RecipeKey(
            "\(section).echo", .number(0...1), usual: "0",
            "How much it counts that a value which stands before what it is said of is said again there, as if that were asked for.")
    }

    var all: [any AnyRecipeKey] { kinds.map(\.key) + [filler, questions, refusals, textWeight, early, valueFirst, echo] }
}

/// Where the sequences of a stream come from.
package enum StreamKind: Sendable {
    case texts, lookups, denseLookups
}

/// How documents fill sequences.
package enum Packing: Sendable {
    case documents, concatenate, decomposition
}

extension LookupKind {
    fileprivate func share(in section: String) -> RecipeKey<Double> {
        RecipeKey("\(section).\(rawValue)", .number(0...1000), usual: "the kind's", "How often \(title) come.")
    }

    private var title: String {
        switch self {
        case .passkey: "passkeys among much else"
        case .fact: "facts in sentences"
        case .lines: "keys and values on lines"
        case .story: "stories of who has what"
        case .copying: "spans of text that come again"
        }
    }
}
