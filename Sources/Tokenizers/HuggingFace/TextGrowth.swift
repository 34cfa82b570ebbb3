/// A step that rewrites text, and by how much it can make it longer. Steps follow one another, so their growth multiplies: ten
/// replacements of one letter by a hundred would turn it into more bytes than any machine holds.
protocol RewritingStep {
    /// The most bytes that are written for one.
    var growth: Int { get }
}

extension RewritingStep {
    var growth: Int { 1 }
}

extension PartFinder {
    /// The most bytes that are written for one where all that is found becomes `content`. Where a match can be empty, it stands
    /// beside every byte.
    func growth(writing content: [UInt8]) -> Int {
        guard shortestMatch > 0 else { return content.count + 1 }
        return max(1, (content.count + shortestMatch - 1) / shortestMatch)
    }
}

extension TokenizerComponent {
    /// Published tokenizers stay far below it.
    private static let mostGrowth = 1024

    /// Refuses steps that together could make a text longer without reasonable bounds.
    func requireBoundedGrowth(_ steps: [any RewritingStep]) throws(TokenizerError) {
        var total = 1
        for step in steps {
            let (product, isTooLarge) = total.multipliedReportingOverflow(by: step.growth)
            guard !isTooLarge, product <= Self.mostGrowth else {
                throw TokenizerError(.file(.unboundedGrowth(path, most: Self.mostGrowth)), in: source)
            }
            total = product
        }
    }
}
