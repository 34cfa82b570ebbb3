import Training

/// The generated tests of LongEmbed: which of many long documents says what is asked for?
/// (Zhu et al., LongEmbed: Extending Embedding Models for Long Context Retrieval, 2024.)
package enum LongEmbedTask: String, CaseIterable, Codable, Sendable {
    /// Somebody's number among sentences that say nothing.
    case passkey
    /// A fact about somebody in a long text, the same one in all documents.
    case needle

    /// Documents, each of which answers the question of its number.
    struct Material {
        let documents: [String]
        let questions: [String]
    }

    private static let filler = [
        "The grass is green. ", "The sky is blue. ", "The sun is yellow. ", "Here we go. ", "There and back again. ",
    ]

    /// The most documents that there are names for.
    static var mostDocuments: Int { firstNames.count * lastNames.count }

    /// - Parameters:
    ///   - length: tokens of a document, those around it included.
    ///   - prefix: stands before every document; nil for the model's usual one.
    ///   - essay: the text that needles are hidden in.
    /// - Throws: `EvaluationError.tooShort` where there is no room for what is hidden.
    func material(
        length: Int, documents: Int, seed: UInt64, prefix: String?, essay: SentenceHay, subject: any EmbeddingSubject
    ) throws(EvaluationError) -> Material {
        var random = CorpusRandom(seed: seed, Self.allCases.firstIndex(of: self) ?? 0, length)
        let hay = self == .passkey ? SentenceHay(repeating: Self.filler, subject: subject) : essay
        let names = Self.firstNames.flatMap { first in Self.lastNames.map { "\(first) \($0)" } }.shuffled(&random).prefix(documents)
        let framing = subject.framingTokens(prefix: prefix), room = length - framing
        var texts: [String] = [], questions: [String] = []
        for name in names {
            let (told, question) = item(about: name, &random), tokens = subject.tokenCount(of: told)
            guard tokens <= room else {
                throw .tooShort("long-embed \(rawValue)", length: length, needed: tokens + framing)
            }
            texts.append(hay.text(tokens: room, hiding: (told, tokens), depth: random.unit()))
            questions.append(question)
        }
        return Material(documents: texts, questions: questions)
    }

    private func item(about name: String, _ random: inout CorpusRandom) -> (told: String, question: String) {
        switch self {
        case .passkey:
            let key = random.within(10_000...99_999)
            return ("\(name)'s passkey is \(key). Remember it. \(key) is the passkey for \(name). ", "What is the passkey for \(name)?")
        case .needle:
            let deed = random.pick(Self.deeds), place = random.pick(Self.places)
            return ("In \(place), \(name) \(deed.said). ", "Where did \(name) \(deed.asked)?")
        }
    }

    private static func words(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }

    private static let firstNames = words(
        "Agnes Bruno Clara Dennis Edith Felix Greta Hugo Irene Jacob Karin Laura Martin Nora Oscar Paula Quentin Ruth Simon Tilda")
    private static let lastNames = words(
        "Abbott Barlow Carver Dawson Ellis Foster Gibbs Hale Irwin Jarvis Keller Lambert Mercer Norris Osborn Porter Quinn Reeves Sawyer "
            + "Thorpe")
    private static let deeds = [
        (said: "painted a mural of two foxes", asked: "paint a mural of two foxes"),
        (said: "baked a cake for a hundred guests", asked: "bake a cake for a hundred guests"),
        (said: "repaired the old church organ", asked: "repair the old church organ"),
        (said: "won the chess championship", asked: "win the chess championship"),
        (said: "opened a shop for violins", asked: "open a shop for violins"),
        (said: "planted forty cherry trees", asked: "plant forty cherry trees"),
        (said: "taught astronomy to children", asked: "teach astronomy to children"),
        (said: "built a telescope out of scrap", asked: "build a telescope out of scrap"),
    ]
    private static let places = words("Lisbon Oslo Kyoto Prague Dublin Quito Nairobi Havana Vienna Tallinn Cusco Bergen")
}
