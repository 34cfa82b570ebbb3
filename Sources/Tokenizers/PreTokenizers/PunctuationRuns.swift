/// Sets runs of punctuation and of some further symbols apart: `[\p{P}…]+` and what lies between.
struct PunctuationRuns: WordScanner {
    /// By byte: whether it counts as punctuation though Unicode does not say so.
    private let isSymbol: [Bool]

    init(symbols: String) {
        isSymbol = (0...255).map { byte in symbols.utf8.contains(byte) }
    }

    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        let kind = isPunctuation(text, start)
        var index = start
        while let (_, next) = text.character(at: index), isPunctuation(text, index) == kind { index = next }
        return index
    }

    private func isPunctuation(_ text: ClassifiedText, _ index: Int) -> Bool {
        guard let byte = text.byte(at: index), let (kind, _) = text.character(at: index) else { return false }
        return kind.contains(.punctuation) || isSymbol[Int(byte)]
    }
}
