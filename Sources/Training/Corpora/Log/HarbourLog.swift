/// A harbour master's log: made-up days with dates, weather, ships, cargoes and people, and things among them that are worth asking for.
///
/// The same seed and number of words give the same log on every machine. Nobody wrote it, so it belongs to nobody: examples and tests can
/// ask about a long text that lies beside them.
package struct HarbourLog: Sendable {
    /// Something said once.
    package struct Plant: Hashable, Sendable {
        package let sentence: String
        package let question: String
        package let answer: String
    }

    package let text: String
    package let plants: [Plant]

    /// The text alone, as a haystack or for training.
    package var corpusText: CorpusText { CorpusText(name: "log", bytes: Array(text.utf8)) }

    /// Words between two plants in a long log; a short one has some all the same.
    private static let wordsBetweenPlants = 2_000
    private static let fewestPlants = 5
    private static let heading = "LOG OF THE HARBOUR MASTER AT TRENNOCK\n"

    /// - Parameter words: of the log, about; it ends with the day that reaches them.
    package init(words: Int = 100_000, seed: UInt64 = 1871) {
        var random = CorpusRandom(seed: seed)
        let scenery = LogScenery(&random)
        let plants = Array(LogPlants.all(scenery, &random).prefix(max(Self.fewestPlants, words / Self.wordsBetweenPlants)))
        var text = Self.heading, count = text.wordCount, date = LogDate(), told = 0
        repeat {
            // A plant is due when its share of the words is reached; the last one is well before the end.
            var due: [Plant] = []
            while told < plants.count, count * (plants.count + 1) >= words * told {
                due.append(plants[told])
                told += 1
            }
            let entry = LogEntry(date, scenery, plants: due.map(\.sentence), &random)
            text += "\n" + entry.text + "\n"
            count += entry.text.wordCount
            date.advance()
        } while count < words
        self.text = text
        self.plants = Array(plants.prefix(told))
    }
}

extension String {
    fileprivate var wordCount: Int { split { $0 == " " || $0 == "\n" }.count }
}
