/// Documents in the order of how well they answer a query.
package struct Ranking: Hashable, Sendable {
    /// A document and what it was given for a query; more is better.
    package struct Entry: Hashable, Sendable {
        package let id: String
        package let score: Double

        package init(id: String, score: Double) {
            self.id = id
            self.score = score
        }
    }

    package let query: String
    /// Best first.
    package let entries: [Entry]

    /// - Parameter entries: in the order that they are to have.
    package init(query: String, ordered entries: [Entry]) {
        self.query = query
        self.entries = entries
    }

    /// Orders entries as trec_eval does: by their scores in float32, and equal ones by their names, the last first.
    package init(query: String, sorting entries: [Entry]) {
        self.query = query
        self.entries = entries.sorted { one, other in
            let (first, second) = (Float(one.score), Float(other.score))
            if first != second { return first > second }
            return other.id.utf8.lexicographicallyPrecedes(one.id.utf8)
        }
    }
}

extension Ranking {
    /// The same order with scores that fall from each to the next, in float32 too: whoever sorts by them finds this order again.
    package var strictlyFalling: Ranking {
        var last = Float.infinity
        let entries = entries.map { entry -> Entry in
            let score = Float(entry.score)
            guard score.isNaN || score >= last else {
                last = score
                return entry
            }
            last = last == .infinity ? 0 : last.nextDown
            return Entry(id: entry.id, score: Double(last))
        }
        return Ranking(query: query, ordered: entries)
    }
}
