#if SQLite
import Foundation
import GRDB

/// Where a word stands, as far as that has been read.
private struct WordPlaces {
    /// SQLite tells places in the order of the passages.
    private let cursor: FastDatabaseValueCursor<Int64>
    /// How many places have been read.
    private(set) var count = 0
    private(set) var isComplete = false
    /// The passages that have the word, and how often, places in titles twice.
    private(set) var passages: [(id: Int64, count: Double)] = []

    init(of word: String, _ db: Database) throws {
        cursor = try Int64.fetchCursor(
            db, sql: "SELECT doc * 2 + (col = 'title') FROM word_places WHERE term = ?", arguments: [TextQuery.folded(word)])
    }

    /// Reads on to so many places, or to the last.
    mutating func read(to most: Int) throws {
        while count < most, !isComplete {
            guard let place = try cursor.next() else {
                isComplete = true
                return
            }
            count += 1
            let id = place >> 1, weight = place & 1 == 1 ? 2.0 : 1
            if passages.last?.id == id { passages[passages.count - 1].count += weight } else { passages.append((id, weight)) }
        }
    }

    /// How much the word tells, by how few passages of all have it.
    func weight(among all: Int) -> Double {
        max(1e-6, log((Double(max(all, passages.count) - passages.count) + 0.5) / (Double(passages.count) + 0.5)))
    }
}

extension IndexStore {
    /// How much further occurrences add, and how much longer passages are held back, as usual for BM25.
    private static let saturation = 1.2
    private static let lengthShare = 0.75
    /// Of so many times as many passages as are wanted the lengths are looked at.
    private static let candidates = 2
    /// So many places of each word are read before it is asked which are rare.
    private static let firstPlaces = 256

    /// The passages that have telling words of a query, the best first by BM25. SQLite's own function would fetch a row for every passage
    /// that has one of the words; here that is done for the best alone, whose mean length stands for that of all.
    package func matching(_ query: String, limit: Int) throws -> [Int64] {
        try read { db in
            let passages = try Int.fetchOne(db, sql: "SELECT count(*) FROM passages") ?? 0
            let words = try tellingWords(TextQuery.words(of: query), passages: passages, db)
            let likely = Self.best(Self.scores(words, of: passages, among: nil) { _ in 1 }, Self.candidates * limit)
            let lengths = try lengths(of: likely, db)
            let mean = max(1, lengths.values.reduce(0, +) / Double(max(1, lengths.count)))
            return Self.best(Self.scores(words, of: passages, among: Set(likely)) { (lengths[$0] ?? mean) / mean }, limit)
        }
    }

    /// How many bytes passages have.
    private func lengths(of passages: [Int64], _ db: Database) throws -> [Int64: Double] {
        let list = passages.map(String.init).joined(separator: ",")
        let rows = try Row.fetchCursor(db, sql: "SELECT id, upper - lower AS length FROM passages WHERE id IN (\(list))")
        var lengths: [Int64: Double] = [:]
        while let row = try rows.next() { lengths[try row.value("id")] = try row.value("length") }
        return lengths
    }

    /// The rarest word, and others as long as all together stand in few places, and none in every fifth passage.
    ///
    /// All are read side by side, ever further, so that of frequent words no more is read than of those that are taken.
    private func tellingWords(_ words: [String], passages: Int, _ db: Database) throws -> [WordPlaces] {
        let most = min(max(64, passages / 5), tuning.placesOfWord)
        var telling: [WordPlaces] = [], room = tuning.placesOfWords, depth = Self.firstPlaces
        var unread = try words.map { try WordPlaces(of: $0, db) }
        while !unread.isEmpty {
            for index in unread.indices { try unread[index].read(to: depth) }
            for word in unread.filter(\.isComplete).sorted(by: { $0.count < $1.count }) where word.count > 0 {
                guard telling.isEmpty || (word.count <= most && word.count <= room) else { return telling }
                telling.append(word)
                room -= word.count
            }
            unread.removeAll(where: \.isComplete)
            let bound = min(most, room)
            if depth > bound {
                guard telling.isEmpty, !unread.isEmpty else { return telling }
                // None is rare: the first has to do.
                try unread[0].read(to: .max)
                return [unread[0]]
            }
            depth = min(2 * depth, bound + 1)
        }
        return telling
    }

    /// - Parameter length: of a passage, the mean being 1.
    private static func scores(
        _ words: [WordPlaces], of passages: Int, among wanted: Set<Int64>?, length: (Int64) -> Double
    ) -> [Int64: Double] {
        var scores: [Int64: Double] = [:]
        for word in words {
            let weight = word.weight(among: passages)
            for (id, count) in word.passages where wanted?.contains(id) ?? true {
                let damping = saturation * (1 - lengthShare + lengthShare * length(id))
                scores[id, default: 0] += weight * count * (saturation + 1) / (count + damping)
            }
        }
        return scores
    }

    private static func best(_ scores: [Int64: Double], _ count: Int) -> [Int64] {
        // Numbers alone are sorted soonest.
        let values = scores.values.sorted(by: >), least = values.dropFirst(count - 1).first ?? -.infinity
        return scores.filter { $0.value >= least }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map(\.key)
    }
}
#endif
