#if SQLite
import Foundation
import GRDB
import Tensors

/// A passage that was found.
package struct FoundPassage: Hashable, Sendable {
    package let id: Int64
    package let file: String
    package let format: String
    /// In bytes of the file.
    package let range: Range<Int>
    /// Lines, or pages of PDF, from 1.
    package let place: ClosedRange<Int>
    package let title: String
    package let text: String
    /// The part of long code that is nearest to the query.
    package let block: FoundBlock?
}

package struct FoundBlock: Hashable, Sendable {
    package let range: Range<Int>
    package let lines: ClosedRange<Int>
    /// The cosine between its vector and the query's.
    package let score: Float
}

extension IndexStore {
    /// The passages whose vectors are nearest to a query's.
    ///
    /// - Parameters:
    ///   - query: of length 1.
    ///   - share: of the cells that are looked into, nearest first; nil for all, which finds exactly the nearest.
    package func nearest(_ query: [Float], limit: Int, share: Double?, compute: Compute) throws -> [VectorMatch] {
        let scorer = VectorScorer(form: form, queries: [query], compute: compute)
        return try read { db in
            var condition = ""
            if let share, let (cells, _) = try self.cells(db) {
                let chosen = cells.nearest(to: query, count: max(1, Int(share * Double(cells.count))), compute: compute)
                condition = "WHERE cell IN (\(([Self.unsorted] + chosen.map { $0 + 1 }).map(String.init).joined(separator: ",")))"
            }
            var best = BestMatches(capacity: limit)
            let rows = try Row.fetchCursor(db, sql: "SELECT id, passages, blocks, vectors FROM segments \(condition)")
            while let row = try rows.next() {
                let scores = try row.withUnsafeData(atIndex: 3) { data in
                    data?.withUnsafeBytes { scorer.scores($0) }
                }
                let passages: [Int64] = LittleEndian.integers(try row.withUnsafeData(atIndex: 1) { Array($0 ?? Data()) })
                let blocks: [Int32] = LittleEndian.integers(try row.withUnsafeData(atIndex: 2) { Array($0 ?? Data()) })
                guard let scores, scores.columns == passages.count, blocks.count == passages.count else {
                    let id: Int64 = try row.value("id")
                    throw IndexError.damaged(path: path, reason: "the vectors of segment \(id) do not fit together")
                }
                for index in passages.indices {
                    best.add(VectorMatch(passage: passages[index], block: blocks[index], score: scores[0, index]))
                }
            }
            return best.sorted
        }
    }

    /// What is shown of passages, in the order asked for; those that are gone by now are left out.
    ///
    /// - Parameter query: by which the best block of long code is chosen; nil to leave that out.
    package func passages(_ ids: [Int64], query: [Float]?, compute: Compute) throws -> [FoundPassage] {
        try read { db in
            try ids.compactMap { id in
                let row = try Row.fetchOne(
                    db,
                    sql: "SELECT passages.*, files.path, files.format FROM passages JOIN files ON files.id = file WHERE passages.id = ?",
                    arguments: [id])
                return try row.map { try found($0, id: id, query: query, compute: compute, db) }
            }
        }
    }

    private func found(_ row: Row, id: Int64, query: [Float]?, compute: Compute, _ db: Database) throws -> FoundPassage {
        let range = try self.range(row), first: Int = try row.value("first"), last: Int = try row.value("last")
        guard first <= last else { throw IndexError.damaged(path: path, reason: "passage \(id) ends before it begins") }
        return try FoundPassage(
            id: id, file: row.value("path"), format: row.value("format"), range: range, place: first...last, title: row.value("title"),
            text: row.value("text"),
            block: query.flatMap { try bestBlock(of: id, at: range.lowerBound, line: first, query: $0, compute: compute, db) })
    }

    private func bestBlock(of passage: Int64, at offset: Int, line: Int, query: [Float], compute: Compute, _ db: Database) throws
        -> FoundBlock?
    {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM blocks WHERE passage = ? ORDER BY number", arguments: [passage])
        guard !rows.isEmpty else { return nil }
        let scorer = VectorScorer(form: form, queries: [query], compute: compute)
        var best: FoundBlock?
        for row in rows {
            let vector: Data = try row.value("vector"), lines: (first: Int, last: Int) = (try row.value("first"), try row.value("last"))
            guard vector.count == form.byteCount, lines.first < lines.last else {
                throw IndexError.damaged(path: path, reason: "a block of passage \(passage) does not fit it")
            }
            let range = try self.range(row), score = scorer.scores(Array(vector))[0, 0]
            guard score > best?.score ?? -.infinity else { continue }
            best = FoundBlock(
                range: range.lowerBound + offset..<range.upperBound + offset, lines: line + lines.first...line + lines.last - 1,
                score: score)
        }
        return best
    }

    private func range(_ row: Row) throws -> Range<Int> {
        let lower: Int = try row.value("lower"), upper: Int = try row.value("upper")
        guard 0 <= lower, lower <= upper else { throw IndexError.damaged(path: path, reason: "a passage ends before it begins") }
        return lower..<upper
    }
}
#endif
