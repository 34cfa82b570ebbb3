import Diagnostics
import KeyValues

/// A text on its way into a reading: chunk by chunk, sealed in a folder now and then, if there is one.
final class TextReading {
    let reading: Reading
    let reader: Reader
    private let writer: ReadingWriter?
    private let progress: ProgressHandler?
    /// Tokens that were read before this began.
    private let resumed: Int

    init(_ reading: Reading, writer: ReadingWriter?, progress: ProgressHandler?, cancellation: Cancellation) {
        self.reading = reading
        self.writer = writer
        self.progress = progress
        reader = Reader(decoder: reading.model.decoder, policy: reading.resolved.policy, cancellation: cancellation)
        resumed = reading.cache.tokenCount
    }

    /// What is still to be read.
    var rest: ArraySlice<Int32> { reading.text.tokens[reading.cache.tokenCount...] }

    func begin() {
        report()
        reading.resolved.policy.beginText(in: reading.cache)
    }

    /// Notes that a chunk more has been read.
    func advance() throws {
        report()
        try writer?.sealIfDue(reading.cache)
    }

    /// Whatever stopped the reading, an interruption or a want of memory: what has been read is kept.
    func stop() throws { try writer?.seal(reading.cache) }

    /// Ends it when all has been read.
    func end() throws {
        reading.resolved.policy.endText(in: reading.cache, compute: reader.decoder.compute)
        try writer?.seal(reading.cache)
    }

    private func report() {
        progress?(
            Progress(
                "Reading " + reading.text.documents.summary, completed: reading.cache.tokenCount, total: reading.text.tokens.count,
                resumed: resumed))
    }
}
