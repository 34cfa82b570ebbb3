#if SQLite
import Foundation
import GRDB

/// Where a word stands.
private struct WordPlaces {
    /// How much the word tells, by how few passages have it.
    let weight: Double
    /// The passages that have it, and how often, places in titles twice.
    let passages: [(id: Int64, count: Double)]
}

extension IndexStore {
    /// How much further occurrences add, and how much longer passages are held back, as usual for BM25.
    private static let saturation = 1.2
    private static let lengthShare = 0.75
    /// Of so many times as many passages as are wanted the lengths are looked at.
    private static let candidates = 2
    /// So many passages with each word are counted at first.
    private static let firstCount = 512

    /// The passages that have telling words of a query, the best first by BM25. SQLite's own function would fetch a row for every passage
    /// that has one of the words; here that is done for the best alone, whose mean length stands for that of all.
    package func matching(_ query: String, limit: Int) throws -> [Int64] {
        try read { db in
            let passages = try Int.fetchOne(db, sql: "SELECT count(*) FROM passages") ?? 0
            let telling = try tellingWords(TextQuery.words(of: query).map(TextQuery.folded), passages: passages, db)
            let words = try telling.map { try places(of: $0, passages: passages, db) }
            let likely = Self.best(Self.scores(words, among: nil) { _ in 1 }, Self.candidates * limit)
            let lengths = try lengths(of: likely, db)
            let mean = max(1, lengths.values.reduce(0, +) / Double(max(1, lengths.count)))
            return Self.best(Self.scores(words, among: Set(likely)) { (lengths[$0] ?? mean) / mean }, limit)
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

    /// The rarest word, and others as long as few passages have them, and not every fifth passage any of them.
    ///
    /// All are counted ever further, so that of frequent words no more is counted than of those that are taken: as long as nobody has noted
    /// them, that takes as long as all the rest.
    private func tellingWords(_ words: [String], passages: Int, _ db: Database) throws -> [String] {
        let most = min(max(64, passages / 5), tuning.passagesOfWord)
        var telling: [String] = [], room = tuning.passagesOfWords, depth = Self.firstCount, uncounted = words
        let noted = try notedCounts(of: words, db)
        while !uncounted.isEmpty {
            let counted = try uncounted.map { try (word: $0, passages: noted[$0] ?? count(of: $0, most: depth + 1, db)) }
            for (word, count) in counted.sorted(by: { $0.passages < $1.passages }) where (1...depth).contains(count) {
                guard telling.isEmpty || count <= min(most, room) else { return telling }
                telling.append(word)
                room -= count
            }
            uncounted = counted.filter { $0.passages > depth }.map(\.word)
            let bound = min(most, room)
            // If none is rare the first has to do.
            if depth >= bound { return telling.isEmpty ? Array(uncounted.prefix(1)) : telling }
            depth = min(4 * depth, bound)
        }
        return telling
    }

    /// How many passages have a word, or that as many as are asked for do. The index of texts tells that sooner than the list of places.
    private func count(of word: String, most: Int, _ db: Database) throws -> Int {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM passage_text WHERE passage_text MATCH ? LIMIT ?)"
        return try Int.fetchOne(db.cachedStatement(sql: sql), arguments: ["\"\(word)\"", most]) ?? 0
    }

    /// Of the words that were written down, how many passages had them.
    private func notedCounts(of words: [String], _ db: Database) throws -> [String: Int] {
        let statement = try db.cachedStatement(sql: "SELECT passages FROM frequent_words WHERE word = ?")
        var noted: [String: Int] = [:]
        for word in words { noted[word] = try Int.fetchOne(statement, arguments: [word]) }
        return noted
    }

    /// All places in one row, since a row for each would take longer than finding them. SQLite tells them in the order of the passages.
    private func places(of word: String, passages: Int, _ db: Database) throws -> WordPlaces {
        let sql = "SELECT group_concat(doc * 2 + (col = 'title')) FROM word_places WHERE term = ?"
        let places = try String.fetchOne(db.cachedStatement(sql: sql), arguments: [word])
        var found: [(id: Int64, count: Double)] = []
        for place in (places ?? "").utf8.split(separator: UInt8(ascii: ",")) {
            let number = place.reduce(Int64(0)) { $0 &* 10 &+ Int64($1) &- 48 }
            let id = number >> 1, count = number & 1 == 1 ? 2.0 : 1
            if found.last?.id == id { found[found.count - 1].count += count } else { found.append((id, count)) }
        }
        let share = (Double(max(passages, found.count) - found.count) + 0.5) / (Double(found.count) + 0.5)
        return WordPlaces(weight: max(1e-6, log(share)), passages: found)
    }

    /// - Parameter length: of a passage, the mean being 1.
    private static func scores(_ words: [WordPlaces], among wanted: Set<Int64>?, length: (Int64) -> Double) -> [Int64: Double] {
        var scores: [Int64: Double] = [:]
        for word in words {
            for (id, count) in word.passages where wanted?.contains(id) ?? true {
                let damping = saturation * (1 - lengthShare + lengthShare * length(id))
                scores[id, default: 0] += word.weight * count * (saturation + 1) / (count + damping)
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
