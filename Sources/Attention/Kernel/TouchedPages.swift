import KeyValues

/// Pages that a piece of work went over, told to the resident set now and then: it may have to let them go before the piece ends.
struct TouchedPages {
    private let residents: ResidentSet?
    private let pageBytes: Int
    private var pages = 0
    /// Runs of pages that follow each other, and so do their bytes: keys in one run, values in another.
    private var runs = 0
    private var last = -2

    private static let pagesAtOnce = 64

    init(_ context: AttentionContext) {
        residents = context.residents
        pageBytes = context.layout.spec.keyPageBytes + context.layout.spec.valuePageBytes
    }

    mutating func add(_ index: Int) {
        guard residents != nil else { return }
        pages += 1
        if index != last + 1 { runs += 1 }
        last = index
        if pages == Self.pagesAtOnce { settle() }
    }

    mutating func settle() {
        guard pages > 0 else { return }
        residents?.touch(pages * pageBytes, runs: 2 * runs)
        (pages, runs) = (0, 0)
    }
}
