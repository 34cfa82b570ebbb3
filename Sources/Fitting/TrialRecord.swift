import Diagnostics
import Evaluation

/// What a trial's parts took, kept as soon as each has ended: what is asked again after a kill counts as it was measured then.
actor TrialRecord {
    /// A part of a trial: a line of `results.jsonl`.
    struct Part: KeyedResult {
        enum Kind: String, Codable {
            /// Reading a text.
            case reading
            /// Reading a question, and answering it.
            case answer
            /// The trial was ended for its time.
            case end
            /// The trial came to its end by itself.
            case whole
        }

        let key: Fingerprint
        let kind: Kind
        let seconds: Double
        /// Tokens a second of an answer after its first one.
        var tokensPerSecond: Double?
        /// The most that keys and values took.
        var cacheBytes = 0
    }

    private let file: ResultFile<Part>

    init(in folder: String) throws { file = try ResultFile(in: folder) }

    func add(_ part: Part) throws {
        guard file.results[part.key] == nil || part.kind == .end else { return }
        try file.add(part)
    }

    private func parts(_ kind: Part.Kind) -> [Part] { file.results.values.filter { $0.kind == kind } }

    /// Seconds of all parts that were ended.
    var spent: Double { (parts(.reading) + parts(.answer)).map(\.seconds).sorted().reduce(0, +) }

    /// The most seconds that the trial was given and did not end within.
    var exceeded: Double? { parts(.end).map(\.seconds).max() }

    var isWhole: Bool { !parts(.whole).isEmpty }

    func complete() throws { try add(Part(key: Fingerprint(of: "whole".utf8), kind: .whole, seconds: 0)) }

    func end(after allowance: Double) throws { try add(Part(key: Fingerprint(of: "end".utf8), kind: .end, seconds: allowance)) }

    /// The median of what parts of a kind took; 0 where there is none.
    func median(_ kind: Part.Kind) -> Double { Self.median(parts(kind).map(\.seconds)) ?? 0 }

    var tokensPerSecond: Double? { Self.median(parts(.answer).compactMap(\.tokensPerSecond).filter { $0 > 0 }) }

    var cacheBytes: Int { (parts(.reading) + parts(.answer)).map(\.cacheBytes).max() ?? 0 }

    private static func median(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.sorted()[values.count / 2] }
}
