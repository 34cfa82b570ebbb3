/// Which stretches of text get a space before them, in a vocabulary that puts spaces before words.
enum SpacePrefix: Sendable {
    case everyStretch
    /// Those that do not begin with a space.
    case unspacedStretches
    /// The one that the text begins with, unless that begins with a space.
    case unspacedStart

    func goesBefore(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        if self == .everyStretch { return true }
        let isSpaced = text[range].first == 0x20 || text[range].starts(with: SentencePieceBPE.spaceMark)
        return !isSpaced && (self == .unspacedStretches || range.lowerBound == 0)
    }
}
