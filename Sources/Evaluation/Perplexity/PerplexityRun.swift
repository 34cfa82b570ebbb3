import Diagnostics
import Generation
import ModelFiles
import Tokenizers
import Training

/// Perplexity by position: texts are cut into segments of one length, each is read once, and the losses are averaged by how many tokens of the
/// segment stood before. Where a model or a method does not reach, perplexity rises.
///
/// Like other runs it keeps what is done, and goes on after it was stopped.
package struct PerplexityRun: Sendable {
    package let model: Model
    package let reading: ReadingOptions
    package let settings: PerplexitySettings
    package let texts: [CorpusText]
    package let folder: String

    package init(model: Model, reading: ReadingOptions, settings: PerplexitySettings, texts: [CorpusText], folder: String) {
        self.model = model
        self.reading = reading
        self.settings = settings
        self.texts = texts
        self.folder = folder
    }

    /// - Throws: `EvaluationError.tooFewSegments` for texts that are shorter than a segment; what reading throws; `Interrupted`, with all
    ///   segments kept.
    package func perform(
        progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) async throws -> PerplexityOutcome {
        let identity = try LocalSubject(model, reading: reading).identity()
        let identityKey = try Fingerprint(of: StateCoding.encoder.encode(identity))
        let segments = try segments(), file = try ResultFile<PerplexityResult>(in: folder)
        let resumed = segments.count { file.results[$0.key(identityKey)] != nil }
        var results: [PerplexityResult] = []
        for segment in segments {
            try cancellation.check()
            progress?(Progress("Predicting", completed: results.count, total: segments.count, unit: "segments", resumed: resumed))
            let key = segment.key(identityKey)
            if file.results[key] == nil {
                let began = ContinuousClock.now
                let measured = try await model.perplexity(
                    ofTokens: segment.tokens, name: segment.text, bucket: PositionBand.unit, options: reading, cancellation: cancellation)
                try file.add(
                    PerplexityResult(
                        measured, of: segment, key: key, tokenizer: model.tokenizer, seconds: (ContinuousClock.now - began).seconds))
            }
            results += [file.results[key]].compactMap(\.self)
        }
        let report = PositionPerplexity(
            subject: identity, settings: settings, texts: texts.map { EvaluationSource(name: $0.name, bytes: $0.bytes) }, results: results)
        try ReportFiles.write(report, html: report.html, into: folder)
        return PerplexityOutcome(report: report, seconds: results.reduce(0) { $0 + ($1.seconds ?? 0) })
    }

    /// Segments that do not overlap, spread evenly over all texts.
    private func segments() throws -> [Segment] {
        let tokenizer = model.tokenizer, beginning = tokenizer.addsBOS ? [tokenizer.bos].compactMap { $0 } : []
        let own = settings.length - beginning.count
        let all = texts.flatMap { text -> [Segment] in
            let tokens = tokenizer.encode(text.bytes)
            return stride(from: 0, through: tokens.count - own, by: max(1, own)).map { start in
                Segment(text: text.name, firstToken: start, tokens: beginning + tokens[start..<start + own])
            }
        }
        guard !all.isEmpty else { throw EvaluationError.tooFewSegments(length: settings.length) }
        let count = min(settings.segments, all.count)
        return (0..<count).map { all[$0 * all.count / count] }
    }
}

/// What a run came to, and what it took.
package struct PerplexityOutcome: Sendable {
    package let report: PositionPerplexity
    /// Of all segments, in whatever run they were read.
    package let seconds: Double
}

/// How texts are cut.
package struct PerplexitySettings: Codable, Hashable, Sendable {
    /// Tokens of a segment.
    package let length: Int
    /// The most segments.
    package let segments: Int
    /// The command that runs it again.
    package var command: String?

    package init(length: Int, segments: Int, command: String? = nil) {
        self.length = length
        self.segments = segments
        self.command = command
    }
}

private struct Segment {
    let text: String
    let firstToken: Int
    let tokens: [Int32]

    func key(_ identity: Fingerprint) -> Fingerprint { Fingerprint(of: "\(identity) \(Fingerprint(of: tokens))".utf8) }
}

extension PerplexityResult {
    fileprivate init(
        _ report: PerplexityReport, of segment: Segment, key: Fingerprint, tokenizer: Tokenizer, seconds: Double
    ) {
        self.seconds = seconds
        self.key = key
        text = segment.text
        firstToken = segment.firstToken
        byteCount = segment.tokens.dropFirst().reduce(0) { $0 + tokenizer.piece($1).count }
        bands = Dictionary(grouping: report.buckets) { PositionBand(position: $0.firstPosition) }.sorted { $0.key < $1.key }
            .map { PerplexityReport.Bucket(firstPosition: $0.firstPosition, tokens: $1.tokens, meanLoss: $1.meanLoss) }
    }
}
