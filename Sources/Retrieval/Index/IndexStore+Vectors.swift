#if SQLite
import Diagnostics
import Foundation
import GRDB
import Tensors

extension IndexStore {
    /// The cell of vectors that were not yet sorted into others.
    static let unsorted = 0

    // MARK: Segments

    /// A segment of the table; nil where its parts do not fit together.
    func segment(_ row: Row) throws -> VectorSegment {
        let parts: [Data] = try [row.value("passages"), row.value("blocks"), row.value("vectors")]
        guard
            let segment = VectorSegment(
                form: form, passages: Array(parts[0]), blocks: Array(parts[1]), vectors: Array(parts[2]))
        else {
            let id: Int64 = try row.value("id")
            throw IndexError.damaged(path: path, reason: "the vectors of segment \(id) do not fit together")
        }
        return segment
    }

    /// Adds vectors to a cell: to its segment that has room, and to new ones.
    func append(_ vectors: [(passage: Int64, block: Int32, vector: [Float])], cell: Int, _ db: Database) throws {
        try append(encoded: vectors.map { ($0.passage, $0.block, form.encode($0.vector)[...]) }, cell: cell, db)
    }

    func append(encoded vectors: [(passage: Int64, block: Int32, vector: ArraySlice<UInt8>)], cell: Int, _ db: Database) throws {
        guard !vectors.isEmpty else { return }
        let last = try Row.fetchOne(
            db, sql: "SELECT * FROM segments WHERE cell = ? AND count < ? ORDER BY id DESC LIMIT 1",
            arguments: [cell, VectorSegment.capacity])
        var id: Int64? = try last?.value("id")
        var segment = try last.map(self.segment) ?? VectorSegment(form: form)
        for (passage, block, vector) in vectors {
            if segment.isFull {
                try save(segment, cell: cell, id: id, db)
                (id, segment) = (nil, VectorSegment(form: form))
            }
            segment.append(passage: passage, block: block, vector: vector)
        }
        try save(segment, cell: cell, id: id, db)
    }

    private func save(_ segment: VectorSegment, cell: Int, id: Int64?, _ db: Database) throws {
        let arguments: StatementArguments = [
            cell, segment.count, Data(segment.passageBytes), Data(segment.blockBytes), "\(segment.fingerprint)", Data(segment.vectors),
        ]
        if let id {
            try db.execute(
                sql: "UPDATE segments SET cell = ?, count = ?, passages = ?, blocks = ?, fingerprint = ?, vectors = ? WHERE id = ?",
                arguments: arguments + [id])
        } else {
            try db.execute(
                sql: "INSERT INTO segments (cell, count, passages, blocks, fingerprint, vectors) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: arguments)
        }
        let saved = id ?? db.lastInsertedRowID
        for passage in segment.passages {
            try db.execute(sql: "INSERT OR IGNORE INTO entries (passage, segment) VALUES (?, ?)", arguments: [passage, saved])
        }
    }

    func removeVectors(of passages: Set<Int64>, _ db: Database) throws {
        var segments: Set<Int64> = []
        for passage in passages {
            segments.formUnion(try Int64.fetchAll(db, sql: "SELECT segment FROM entries WHERE passage = ?", arguments: [passage]))
            try db.execute(sql: "DELETE FROM entries WHERE passage = ?", arguments: [passage])
        }
        for id in segments.sorted() {
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM segments WHERE id = ?", arguments: [id]) else { continue }
            var segment = try self.segment(row)
            segment.remove(passages)
            if segment.count == 0 {
                try db.execute(sql: "DELETE FROM segments WHERE id = ?", arguments: [id])
            } else {
                try save(segment, cell: row.value("cell"), id: id, db)
            }
        }
    }

    // MARK: Cells

    func cells(_ db: Database) throws -> (cells: VectorCells, vectors: Int)? {
        guard let row = try Row.fetchOne(db, sql: "SELECT vectors, centres FROM cells") else { return nil }
        let centres: Data = try row.value("centres")
        guard let cells = VectorCells(form: form, centres: Array(centres)) else {
            throw IndexError.damaged(path: path, reason: "the centres of its cells have \(centres.count) bytes")
        }
        return (cells, try row.value("vectors"))
    }

    /// Sorts vectors into cells when there are enough, and notes frequent words, so that searches stay quick; to be called after many were
    /// added.
    /// - Returns: whether anything was done.
    @discardableResult
    package func settle(compute: Compute, cancellation: Cancellation? = nil) throws -> Bool {
        let changed = try write { db in
            let total = try Int.fetchOne(db, sql: "SELECT sum(count) FROM segments") ?? 0
            guard total >= tuning.cellsFrom else { return false }
            guard let (cells, vectors) = try self.cells(db), total < vectors * tuning.growth else {
                try divide(total, compute: compute, cancellation: cancellation, db)
                return true
            }
            let waiting = try Int.fetchOne(db, sql: "SELECT sum(count) FROM segments WHERE cell = ?", arguments: [Self.unsorted]) ?? 0
            guard waiting >= tuning.unsorted else { return false }
            try sort("WHERE cell = \(Self.unsorted)", into: cells, compute: compute, cancellation: cancellation, db)
            return true
        }
        if changed { try write { try $0.execute(sql: "PRAGMA incremental_vacuum") } }
        try write(IndexSchema.noteFrequentWords)
        return changed
    }

    /// Learns cells from a sample and sorts everything into them.
    private func divide(_ total: Int, compute: Compute, cancellation: Cancellation?, _ db: Database) throws {
        let count = VectorCells.count(forVectors: total), step = max(1, total / (count * VectorCells.samplesPerCell))
        var sample: [[Float]] = [], number = 0
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM segments")
        while let row = try rows.next() {
            let segment = try self.segment(row)
            for index in 0..<segment.count {
                if number.isMultiple(of: step) { sample.append(form.decode(segment.vector(index))) }
                number += 1
            }
        }
        let cells = try VectorCells(
            form: form, sample: sample, count: min(count, sample.count), compute: compute, cancellation: cancellation)
        try db.execute(
            sql: "INSERT OR REPLACE INTO cells (id, vectors, centres) VALUES (1, ?, ?)", arguments: [total, Data(cells.centres)])
        try sort("", into: cells, compute: compute, cancellation: cancellation, db)
    }

    /// Moves the vectors of some segments into their cells.
    private func sort(
        _ condition: String, into cells: VectorCells, compute: Compute, cancellation: Cancellation?, _ db: Database
    ) throws {
        let ids = try Int64.fetchAll(db, sql: "SELECT id FROM segments \(condition)")
        var waiting: [Int: [(passage: Int64, block: Int32, vector: ArraySlice<UInt8>)]] = [:]
        for id in ids {
            try cancellation?.check("sorting vectors into cells")
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM segments WHERE id = ?", arguments: [id]) else { continue }
            let segment = try self.segment(row)
            let nearest = cells.nearest((0..<segment.count).map { form.decode(segment.vector($0)) }, compute: compute)
            for (index, cell) in nearest.enumerated() {
                // A copy: a slice would keep its whole segment.
                let vector = Array(segment.vector(index))[...]
                waiting[cell + 1, default: []].append((segment.passages[index], segment.blocks[index], vector))
                if let full = waiting[cell + 1], full.count == VectorSegment.capacity {
                    try append(encoded: full, cell: cell + 1, db)
                    waiting[cell + 1] = nil
                }
            }
            try db.execute(sql: "DELETE FROM segments WHERE id = ?", arguments: [id])
            for passage in segment.passages {
                try db.execute(sql: "DELETE FROM entries WHERE passage = ? AND segment = ?", arguments: [passage, id])
            }
        }
        for (cell, rest) in waiting.sorted(by: { $0.key < $1.key }) { try append(encoded: rest, cell: cell, db) }
    }
}
#endif
