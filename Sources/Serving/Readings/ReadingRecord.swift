import Foundation
import Generation
import ModelFiles

/// What is known of a reading: what was uploaded, how it is to be read, and how far that is.
///
/// Saved as `record.json` in the reading's folder. Texts are written before it and it is removed before them, so that a folder with a record has
/// all that belongs to it.
struct ReadingRecord: Codable, Sendable, Equatable {
    static let currentVersion = 1

    enum Status: String, Codable, Sendable {
        case queued, reading, ready, failed, cancelled

        /// Whether nothing more will happen by itself.
        var isFinal: Bool { self == .ready || self == .failed || self == .cancelled }
    }

    /// A text as it was uploaded.
    struct File: Codable, Sendable, Equatable {
        /// What the client calls it. It is shown, and never part of a path.
        let name: String
        let bytes: Int
    }

    var version = currentVersion
    let id: String
    let name: String
    /// Whose reading it is: the partition of an API key.
    let owner: String
    /// Seconds since 1970.
    let createdAt: Int
    let files: [File]
    /// The model that reads it; no other can use what was read.
    let model: String
    /// The method that was asked for.
    let wanted: String
    /// The method that the text is read with, once that is known.
    var method: String
    var positions: String
    let cacheType: String
    let contextLength: Int?
    var status = Status.queued
    var tokensTotal: Int?
    var tokensRead = 0
    var notes: [String] = []
    /// Why reading failed.
    var error: String?

    /// How the text is to be read.
    /// - Parameter usual: what requests cannot choose.
    func options(_ usual: ReadingOptions) -> ReadingOptions {
        ReadingOptions(
            method: AttentionMethod(wanted), positions: PositionsOption(positions), cacheType: cacheType, frame: usual.frame,
            system: usual.system, contextLength: contextLength)
    }

    /// Whether the pages can be sealed while they are read. Methods that answer questions alone have none, and `auto` may choose such
    /// a one; what it reads otherwise is saved when it is whole.
    var sealsPages: Bool { !(wanted == "auto" || wanted.hasPrefix("segments")) }

    var json: JSONValue {
        [
            "id": .string(id), "object": "reading", "name": .string(name), "status": .string(status.rawValue),
            "created_at": .integer(createdAt),
            "files": .array(files.map { ["name": .string($0.name), "bytes": .integer($0.bytes)] }),
            "tokens": ["total": tokensTotal.map(JSONValue.integer) ?? .null, "read": .integer(tokensRead)],
            "method": .string(method), "positions": .string(positions), "notes": .array(notes.map(JSONValue.string)),
            "error": error.map { ["message": .string($0)] } ?? .null,
        ]
    }
}
