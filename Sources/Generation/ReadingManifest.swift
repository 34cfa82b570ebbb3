import Diagnostics
import Documents
import KeyValues

/// What a saved reading is and how it was made: `manifest.json` in the reading's folder.
///
/// The manifest is replaced atomically after each sealed shard, so it never names a file that is not whole.
struct ReadingManifest: Codable, Equatable, Sendable {
    /// The version of the folder's layout that this program writes and reads.
    static let currentVersion = 1

    /// The model that read the text; pages of another model would be noise.
    struct ModelIdentity: Codable, Hashable, Sendable {
        let architecture: String
        /// Over the architecture's metadata and a sample of every tensor.
        let fingerprint: Fingerprint
        let name: String
    }

    /// What a manifest says about the model that made the reading.
    struct Maker: Sendable {
        let identity: ModelIdentity
        let retrievalHeads: RetrievalHeads
    }

    /// One text as it was given, kept in the folder.
    struct Part: Codable, Hashable, Sendable {
        /// The name by which the person gave it.
        let name: String
        /// The copy in the reading's folder.
        let file: String
        let byteCount: Int
        /// Bytes of the person's file before the text begins (a byte-order mark).
        let sourceOffset: Int
        let fingerprint: Fingerprint
    }

    /// A run of pages that will not change any more.
    struct Shard: Codable, Hashable, Sendable {
        let file: String
        let firstToken: Int
        let tokenCount: Int

        var end: Int { firstToken + tokenCount }
    }

    /// What the method remembered after so many tokens.
    struct Memory: Codable, Hashable, Sendable {
        let file: String
        let tokenCount: Int
    }

    var version = currentVersion
    /// Stands in every shard too, so that a shard of another reading is noticed. Drawn when the reading is begun.
    var identifier = String(UInt64.random(in: .min ... .max), radix: 16)
    var model: ModelIdentity
    /// The attention method that the text was read with, "streaming:4:1020".
    var method: String
    /// The position scheme that the text was read with.
    var positions: String
    /// The window that was announced for the text and all that is asked about it, in tokens; `nil` for the model's. Positions may
    /// depend on it, so it stays as long as the reading does.
    var window: Int?
    /// The chat frame whose opening stands before the text.
    var frame: String
    /// The system text in the opening, "" for none.
    var system: String
    /// Tokens of the opening (begin of text, template) before the first token of the text.
    var openingTokens: Int
    /// How each layer keeps its keys and values.
    var cache: [CacheSpec]
    var parts: [Part]
    /// Tokens of the opening and of all parts.
    var tokenCount: Int
    /// The files that hold tokens and byte offsets, in order.
    var tokenFile: String
    var shards: [Shard]
    /// What the method remembers besides pages, if it does, when it was saved last: as far as the shards or less far.
    var memory: Memory?
    /// The model's heads that look things up, so that they need not be found again.
    var retrievalHeads: RetrievalHeads

    /// How many tokens the shards hold.
    var tokensRead: Int { shards.last?.end ?? 0 }
    var isComplete: Bool { tokensRead == tokenCount }
}
