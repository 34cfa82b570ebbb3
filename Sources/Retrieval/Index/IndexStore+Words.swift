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

    /// The passages that have telling words of a query, the best first by BM25. SQLite's own function would fetch a row for every passage
    /// that has one of the words; here that is done for the best alone, whose mean length stands for that of all.
    package func matching(_ query: String, limit: Int) throws -> [Int64] {
        try read { db in
            let passages = try Int.fetchOne(db, sql: "SELECT count(*) FROM passages") ?? 0
            let telling = try tellingWords(TextQuery.words(of: query), passages: passages, db)
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

    /// The rarest word, and others as long as all together stand in few places, and none in every fifth passage.
    private func tellingWords(_ words: [String], passages: Int, _ db: Database) throws -> [String] {
        let most = min(max(64, passages / 5), tuning.placesOfWord)
        let counted = try words.enumerated().compactMap { order, word -> (word: String, places: Int, order: Int)? in
            let places = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM (SELECT 1 FROM word_places WHERE term = ? LIMIT ?)",
                arguments: [TextQuery.folded(word), most + 1])
            return places.flatMap { $0 > 0 ? (word, $0, order) : nil }
        }
        var room = tuning.placesOfWords
        return counted.sorted { ($0.places, $0.order) < ($1.places, $1.order) }.enumerated().prefix { index, counted in
            room -= counted.places
            return index == 0 || (counted.places <= most && room >= 0)
        }.map(\.element.word)
    }

    /// SQLite tells the places of a word in the order of the passages.
    private func places(of word: String, passages: Int, _ db: Database) throws -> WordPlaces {
        let places = try Int64.fetchCursor(
            db, sql: "SELECT doc * 2 + (col = 'title') FROM word_places WHERE term = ?", arguments: [TextQuery.folded(word)])
        var found: [(id: Int64, count: Double)] = []
        while let place = try places.next() {
            let id = place >> 1, count = place & 1 == 1 ? 2.0 : 1
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
