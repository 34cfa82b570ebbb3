#if SQLite
import Diagnostics
import Foundation
import GRDB

/// A file as it goes into an index.
package struct IndexedFile: Hashable, Sendable {
    package let path: String
    package let format: String
    package let byteCount: Int
    package let fingerprint: Fingerprint
    package let records: [PassageRecord]
}

extension IndexStore {
    /// Whether all passages of a file with this content are there.
    package func isComplete(_ path: String, fingerprint: Fingerprint) throws -> Bool {
        try read { db in
            try String.fetchOne(db, sql: "SELECT fingerprint FROM files WHERE path = ?", arguments: [path]) == "\(fingerprint)"
        }
    }

    /// All paths, those of files that are not complete included.
    package func paths() throws -> [String] { try read { try String.fetchAll($0, sql: "SELECT path FROM files ORDER BY path") } }

    /// Makes what is there of a file what it should be: passages that it no longer has go, those that stand elsewhere now are moved.
    ///
    /// - Returns: the numbers of the passages that are missing. Without any the file is complete.
    package func reconcile(_ file: IndexedFile) throws -> [Int] {
        try write { db in
            let id = try Self.row(of: file, db)
            var found: [String: [Int64]] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT id, fingerprint FROM passages WHERE file = ? ORDER BY id DESC", arguments: [id])
            while let row = try rows.next() { found[try row.value("fingerprint"), default: []].append(try row.value("id")) }
            var missing: [Int] = []
            for (number, record) in file.records.enumerated() {
                guard let passage = found["\(record.fingerprint)"]?.popLast() else {
                    missing.append(number)
                    continue
                }
                try db.execute(
                    sql: "UPDATE passages SET lower = ?, upper = ?, first = ?, last = ? WHERE id = ?",
                    arguments: [
                        record.range.lowerBound, record.range.upperBound, record.place.lowerBound, record.place.upperBound, passage,
                    ])
            }
            try removePassages(found.values.flatMap(\.self), db)
            try db.execute(
                sql: "UPDATE files SET bytes = ?, fingerprint = ? WHERE id = ?",
                arguments: [file.byteCount, missing.isEmpty ? "\(file.fingerprint)" : nil, id])
            return missing
        }
    }

    /// Adds passages, of one or several files.
    package func add(_ passages: [(file: IndexedFile, number: Int, blocks: [[Float]])]) throws {
        try write { db in
            var added: [(passage: Int64, block: Int32, vector: [Float])] = []
            for (file, number, blocks) in passages {
                let record = file.records[number]
                let passage = try Self.insert(record, file: Self.row(of: file, db), db)
                added += settings.aggregation.vectors(of: blocks).map { (passage, $0.block, $0.vector) }
                if blocks.count > 1 { try insert(record.blocks, vectors: blocks, of: passage, db) }
            }
            try append(added, cell: Self.unsorted, db)
        }
    }

    /// Forgets files.
    package func remove(_ paths: [String]) throws {
        for path in paths {
            try write { db in
                let ids = try Int64.fetchAll(
                    db, sql: "SELECT passages.id FROM passages JOIN files ON files.id = file WHERE path = ?", arguments: [path])
                try removePassages(ids, db)
                try db.execute(sql: "DELETE FROM files WHERE path = ?", arguments: [path])
            }
        }
    }

    private static func row(of file: IndexedFile, _ db: Database) throws -> Int64 {
        if let id = try Int64.fetchOne(db, sql: "SELECT id FROM files WHERE path = ?", arguments: [file.path]) { return id }
        try db.execute(
            sql: "INSERT INTO files (path, format, bytes) VALUES (?, ?, ?)", arguments: [file.path, file.format, file.byteCount])
        return db.lastInsertedRowID
    }

    private static func insert(_ record: PassageRecord, file: Int64, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO passages (file, lower, upper, first, last, title, text, words, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                file, record.range.lowerBound, record.range.upperBound, record.place.lowerBound, record.place.upperBound, record.title,
                record.text, record.words, "\(record.fingerprint)",
            ])
        return db.lastInsertedRowID
    }

    private func insert(_ blocks: [PassageRecord.Block], vectors: [[Float]], of passage: Int64, _ db: Database) throws {
        for (number, (block, vector)) in zip(blocks, vectors).enumerated() {
            try db.execute(
                sql: "INSERT INTO blocks (passage, number, lower, upper, first, last, vector) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    passage, number, block.range.lowerBound, block.range.upperBound, block.lines.lowerBound, block.lines.upperBound,
                    Data(form.encode(vector.normalized)),
                ])
        }
    }

    private func removePassages(_ passages: [Int64], _ db: Database) throws {
        guard !passages.isEmpty else { return }
        try removeVectors(of: Set(passages), db)
        for passage in passages {
            try db.execute(sql: "DELETE FROM passages WHERE id = ?", arguments: [passage])
        }
    }
}
#endif
