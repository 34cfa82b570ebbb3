#if SQLite
import Foundation
import GRDB

/// What is in an index.
package struct IndexSummary: Hashable, Sendable {
    package let files: Int
    package let passages: Int
    package let vectors: Int
    /// 0 while searches go over all vectors.
    package let cells: Int
    package let bytes: Int
}

extension IndexStore {
    package func summary() throws -> IndexSummary {
        let counts = try read { db in
            (
                files: try Int.fetchOne(db, sql: "SELECT count(*) FROM files") ?? 0,
                passages: try Int.fetchOne(db, sql: "SELECT count(*) FROM passages") ?? 0,
                vectors: try Int.fetchOne(db, sql: "SELECT sum(count) FROM segments") ?? 0, cells: try cells(db)?.cells.count ?? 0,
                bytes: (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0) * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
            )
        }
        return IndexSummary(
            files: counts.files, passages: counts.passages, vectors: counts.vectors, cells: counts.cells, bytes: counts.bytes)
    }

    /// Looks for damage: SQLite's own check, every segment against its fingerprint, and passages without vectors.
    /// - Throws: `IndexError.damaged`.
    package func check() throws {
        try read { db in
            let found = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard found == "ok" else { throw IndexError.damaged(path: path, reason: found) }
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM segments")
            while let row = try rows.next() {
                let segment = try self.segment(row), stored: String = try row.value("fingerprint"), id: Int64 = try row.value("id")
                guard stored == "\(segment.fingerprint)", try segment.count == row.value("count") else {
                    throw IndexError.damaged(path: path, reason: "the vectors of segment \(id) were changed")
                }
            }
            let bare =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM passages WHERE id NOT IN (SELECT passage FROM entries)") ?? 0
            guard bare == 0 else { throw IndexError.damaged(path: path, reason: "\(bare) passages have no vectors") }
            _ = try cells(db)
        }
    }
}
#endif
