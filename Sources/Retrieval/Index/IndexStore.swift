#if SQLite
import Diagnostics
import Foundation
import GRDB
import Tensors

/// Passages, their vectors and their words in one SQLite file.
///
/// Every change is one transaction, so that a process that is killed leaves what it committed, and several may write at once: each
/// waits for its turn.
package final class IndexStore: Sendable {
    package let path: String
    package let settings: IndexSettings
    let form: VectorForm
    let tuning: IndexTuning
    let pool: DatabasePool

    /// How long a process waits for another one's transaction, in seconds.
    private static let patience = 120.0
    private static let attempts = 100
    private static let pause = 0.05
    private static let pageBytes = 16384
    private static let mappedBytes = 1 << 32

    /// Opens an index.
    /// - Parameter creating: what a new one is to be made with; nil to open one that is there.
    /// - Throws: `IndexError` where there is none, it is damaged, or no index.
    package init(path: String, creating settings: IndexSettings? = nil, tuning: IndexTuning = IndexTuning()) throws {
        self.path = path
        self.tuning = tuning
        if FileManager.default.fileExists(atPath: path) {
            try Self.checkHeader(path)
        } else if settings == nil {
            throw IndexError.missing(path: path)
        }
        let opened = try Self.guarding(path) { try Self.open(path, creating: settings) }
        (pool, self.settings) = (opened.pool, opened.settings)
        guard (1...VectorForm.mostDimensions).contains(opened.settings.dimensions) else {
            throw IndexError.damaged(path: path, reason: "vectors of \(opened.settings.dimensions) numbers")
        }
        form = VectorForm(dimensions: opened.settings.dimensions)
    }

    private static func open(_ path: String, creating settings: IndexSettings?) throws -> (pool: DatabasePool, settings: IndexSettings) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA page_size = \(pageBytes); PRAGMA auto_vacuum = INCREMENTAL") }
            try db.execute(sql: "PRAGMA mmap_size = \(mappedBytes)")
        }
        let pool = try connect(path, configuration)
        let json = try pool.write { db in
            if try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 {
                guard let settings else { throw IndexError.missing(path: path) }
                try IndexSchema.create(db)
                let json = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
                try db.execute(sql: "INSERT INTO settings (id, json) VALUES (1, ?)", arguments: [json])
            }
            guard try Int.fetchOne(db, sql: "PRAGMA application_id") == IndexSchema.application else {
                throw IndexError.foreign(path: path)
            }
            let version = try IndexSchema.upgrade(db, from: Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
            guard version == IndexSchema.version else { throw IndexError.otherVersion(path: path, version: version) }
            return try String.fetchOne(db, sql: "SELECT json FROM settings") ?? ""
        }
        guard let settings = try? JSONDecoder().decode(IndexSettings.self, from: Data(json.utf8)) else {
            throw IndexError.damaged(path: path, reason: "its settings cannot be read")
        }
        return (pool, settings)
    }

    /// While another process makes the file, SQLite says that it is busy and does not wait.
    private static func connect(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        for _ in 0..<attempts {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                Thread.sleep(forTimeInterval: pause)
            }
        }
        return try DatabasePool(path: path, configuration: configuration)
    }

    // MARK: What is no index

    private static let header = Array("SQLite format 3\0".utf8)
    /// Where SQLite keeps the number of the application, in bytes.
    private static let applicationOffset = 68

    /// Refuses a file that is another program's before SQLite writes to it.
    private static func checkHeader(_ path: String) throws(IndexError) {
        guard let start = firstBytes(path), !start.isEmpty else { return }
        guard start.starts(with: header) else { throw .damaged(path: path, reason: "it does not begin as an index does") }
        guard start.count >= applicationOffset + 4 else { throw .damaged(path: path, reason: "it ends after \(start.count) bytes") }
        // A new index has no number yet while another process makes it.
        let number = application(start)
        guard number == IndexSchema.application || number == 0 else { throw .foreign(path: path) }
    }

    private static func application(_ start: [UInt8]) -> Int {
        start[applicationOffset..<applicationOffset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func firstBytes(_ path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: applicationOffset + 4)).map { Array($0) } ?? []
    }

    /// Removes an index with all that SQLite keeps beside it. A file that is neither empty nor marked as an index is removed only if its
    /// name ends with .index.
    package static func remove(at path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let start = firstBytes(path) ?? []
        let isOurs = start.count >= applicationOffset + 4 && start.starts(with: header) && application(start) == IndexSchema.application
        guard isOurs || start.isEmpty || path.hasSuffix(".index") else { throw IndexError.foreign(path: path) }
        for ending in ["", "-wal", "-shm", "-journal"] where FileManager.default.fileExists(atPath: path + ending) {
            do {
                try FileManager.default.removeItem(atPath: path + ending)
            } catch {
                throw IndexError.cannotWrite(path: path + ending, reason: error.localizedDescription)
            }
        }
    }

    // MARK: Errors

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.guarding(path) { try pool.read(body) }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.guarding(path) { try pool.write(body) }
    }

    /// SQLite's errors as sentences.
    static func guarding<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            let reason = error.message ?? error.resultCode.description
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw IndexError.busy(path: path)
            case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: throw IndexError.cannotWrite(path: path, reason: reason)
            default: throw IndexError.damaged(path: path, reason: reason)
            }
        } catch let error as ForeignValue {
            throw IndexError.damaged(path: path, reason: "a value of \(error.column) is of another kind")
        } catch is RowDecodingError {
            throw IndexError.damaged(path: path, reason: "a value is of another kind")
        }
    }
}

/// From how many vectors on an index changes its form, and how far it goes for words.
package struct IndexTuning: Sendable {
    /// Fewer are not divided into cells: going over all of them takes no time.
    package var cellsFrom = 8192
    /// So many that were added wait for being sorted into cells.
    package var unsorted = 4096
    /// The index is divided anew when it has grown so many times.
    package var growth = 4
    /// In so many passages words of a query are looked up, the rarest first, and one that more than so many have is left out.
    package var passagesOfWords = 12288
    package var passagesOfWord = 8192

    package init() {}
}
#endif
