import Attention
import Diagnostics
import KeyValues
import Models

extension ResolvedReading {
    /// Refuses a limit under which pages would be let go while they are in use.
    ///
    /// A shard's tokens are written before they can be let go, and a layer goes over all that one query sees of it.
    /// - Parameters:
    ///   - limit: bytes of the cache that may be in memory.
    ///   - length: of the sequence, in tokens.
    func checkMemory(limit: Int, length: Int, decoder: Models.Decoder) throws(MemoryLimitError) {
        let layers = decoder.configuration.layers, policy = decoder.limited(self.policy)
        let seen = (0..<layers).map { policy.reach(of: max(0, length - 1), layer: $0).slots.reduce(0) { $0 + $1.count } }.max() ?? 0
        let written = min(ReadingWriter.shardTokens, length)
        let error = MemoryLimitError(
            limit: limit, method: policy.name, written: written, writtenBytes: layers * spec.bytes(tokens: written), seen: seen,
            seenBytes: spec.bytes(tokens: seen))
        if limit < error.needed { throw error }
    }
}

/// A memory limit under which a text cannot be read.
struct MemoryLimitError: Failure {
    let limit: Int
    let method: String
    /// Tokens that are written in all layers before they may leave memory.
    let written: Int
    let writtenBytes: Int
    /// Tokens that one query sees in one layer.
    let seen: Int
    let seenBytes: Int

    var needed: Int { writtenBytes + seenBytes }

    var kind: FailureKind { .usage }

    var description: String {
        "A memory limit of \(limit) bytes is too small: \(writtenBytes) bytes are needed for the \(written) tokens that are being read, in all "
            + "layers, and \(seenBytes) for the \(seen) tokens that the method \"\(method)\" shows of one layer, together \(needed); raise "
            + "--memory-limit, or choose a smaller --cache-type or a method with a smaller window."
    }
}
