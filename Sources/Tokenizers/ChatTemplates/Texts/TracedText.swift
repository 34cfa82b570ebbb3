/// A text that remembers which of its parts came from where.
///
/// A template may cut, join and change what it was given; whatever it does, a part of the result that came from an input keeps that
/// input's number. So a prompt can be divided into what the template wrote, where names of control tokens mean those tokens, and what
/// others wrote, where they are text.
///
/// The bytes are UTF-8 and cut between characters only. Characters are Unicode scalars, as in Python.
struct TracedText: Sendable {
    /// A part with one origin.
    struct Run: Sendable, Equatable {
        /// Where it ends, in bytes; it begins where the one before ends.
        var end: Int
        /// 0 for the template itself, otherwise the number of an input.
        let origin: Int
    }

    private(set) var bytes: [UInt8]
    /// Ascending, the last ending with the text; neighbours differ in origin.
    private(set) var runs: [Run]
    /// Whether it was marked as safe: joined by `+` with a text that was not, it has that text's HTML characters escaped.
    var isMarkup = false

    init() {
        bytes = []
        runs = []
    }

    init(_ text: some StringProtocol, origin: Int = 0) {
        self.init(Array(text.utf8)[...], origin: origin)
    }

    init(_ bytes: ArraySlice<UInt8>, origin: Int) {
        self.bytes = Array(bytes)
        runs = bytes.isEmpty ? [] : [Run(end: bytes.count, origin: origin)]
    }

    var isEmpty: Bool { bytes.isEmpty }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ other: TracedText) {
        let before = bytes.count
        bytes += other.bytes
        for run in other.runs { extend(to: before + run.end, origin: run.origin) }
    }

    mutating func append(_ text: some StringProtocol, origin: Int = 0) {
        let before = bytes.count
        bytes += text.utf8
        if bytes.count > before { extend(to: bytes.count, origin: origin) }
    }

    mutating func append(_ scalar: Unicode.Scalar, origin: Int) {
        bytes += UTF8.encode(scalar).map(Array.init) ?? []
        extend(to: bytes.count, origin: origin)
    }

    /// Ends the last run at `end`, or begins another there.
    private mutating func extend(to end: Int, origin: Int) {
        if let last = runs.last, last.origin == origin {
            runs[runs.count - 1].end = end
        } else {
            runs.append(Run(end: end, origin: origin))
        }
    }

    static func + (one: TracedText, other: TracedText) -> TracedText {
        var sum = one
        sum.append(other)
        return sum
    }

    /// The part between two byte offsets that lie between characters.
    subscript(range: Range<Int>) -> TracedText {
        guard range.count < bytes.count else { return self }
        var part = TracedText()
        part.isMarkup = isMarkup
        part.bytes = Array(bytes[range])
        // The first run that reaches into the range, found by halving.
        var low = 0, high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end > range.lowerBound { high = middle } else { low = middle + 1 }
        }
        while low < runs.count, part.runs.last?.end ?? 0 < range.count {
            part.runs.append(Run(end: min(runs[low].end, range.upperBound) - range.lowerBound, origin: runs[low].origin))
            low += 1
        }
        return part
    }

    /// Calls `body` with each run's range of bytes and its origin.
    func forEachRun(_ body: (Range<Int>, Int) -> Void) {
        var start = 0
        for run in runs {
            body(start..<run.end, run.origin)
            start = run.end
        }
    }
}

/// Texts are equal if they read the same, wherever they came from.
extension TracedText: Hashable {
    static func == (one: TracedText, other: TracedText) -> Bool { one.bytes == other.bytes }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

// MARK: - Characters

extension TracedText {
    /// The byte offset of each character, and of the end.
    var characterOffsets: [Int] {
        var offsets = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
        offsets.append(bytes.count)
        return offsets
    }

    /// The number of characters.
    var count: Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

    /// The characters, each as a text.
    var characters: [TracedText] {
        let offsets = characterOffsets
        return zip(offsets, offsets.dropFirst()).map { self[$0..<$1] }
    }

    /// Its characters with a change made to each, which keeps its origin.
    ///
    /// - Parameter change: gets the character and the one before it.
    func mapped(_ change: (Unicode.Scalar, Unicode.Scalar?) -> String) -> TracedText {
        var result = TracedText()
        result.isMarkup = isMarkup
        var previous: Unicode.Scalar?
        forEachRun { range, origin in
            for scalar in String(decoding: bytes[range], as: UTF8.self).unicodeScalars {
                result.append(change(scalar, previous), origin: origin)
                previous = scalar
            }
        }
        return result
    }
}
