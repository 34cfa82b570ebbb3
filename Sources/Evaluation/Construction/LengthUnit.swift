/// What lengths of texts are counted in where no tokenizer does.
package enum LengthUnit: String, CaseIterable, Sendable {
    /// What stands between white space, for English.
    case words
    /// Code points, for Chinese.
    case characters

    func count(_ text: String) -> Int {
        switch self {
        case .words: text.codePoints.words.count
        case .characters: text.unicodeScalars.count
        }
    }
}
