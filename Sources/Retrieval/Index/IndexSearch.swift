#if SQLite
import Diagnostics
import Dispatch
import Synchronization
import Tensors

/// A passage that was found, with its place in the rankings.
package struct SearchResult: Hashable, Sendable {
    package let passage: FoundPassage
    /// What results are sorted by: fused places, or the cosine where vectors alone are searched, or 1 / place where words are.
    package let score: Double
    package let cosine: Float?
    /// Places from 1 by vectors and by words; nil where it is not among the candidates.
    package let vectorPlace: Int?
    package let wordPlace: Int?
}

/// Searches an index with the model that it was made with.
package struct IndexSearch: Sendable {
    private let store: IndexStore
    private let compute: Compute

    /// The candidates of each ranking that are fused, at least.
    private static let candidates = 100

    package init(store: IndexStore, compute: Compute) {
        self.store = store
        self.compute = compute
    }

    /// - Parameters:
    ///   - vector: of the query, of length 1; nil for words alone.
    ///   - share: of the cells that are looked into; nil for all.
    package func search(_ query: String, vector: [Float]?, limit: Int, share: Double? = SearchMode.usualShare) throws -> [SearchResult] {
        let depth = max(limit, Self.candidates)
        guard let vector else { return try results(near: nil, worded: store.matching(query, limit: depth), vector: nil, limit: limit) }
        let rankings = Mutex<(near: Result<[VectorMatch], any Error>?, worded: Result<[Int64], any Error>?)>((nil, nil))
        // Either waits for the other's end alone.
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            if number == 0 {
                let near = Result { try store.nearest(vector, limit: depth, share: share, compute: compute) }
                rankings.withLock { $0.near = near }
            } else {
                let worded = Result { try store.matching(query, limit: depth) }
                rankings.withLock { $0.worded = worded }
            }
        }
        let (near, worded) = rankings.withLock { $0 }
        return try results(near: near?.get(), worded: worded?.get(), vector: vector, limit: limit)
    }

    /// The same by vectors alone.
    package func search(vector: [Float], limit: Int, share: Double? = SearchMode.usualShare) throws -> [SearchResult] {
        try results(near: store.nearest(vector, limit: limit, share: share, compute: compute), worded: nil, vector: vector, limit: limit)
    }

    private func results(near: [VectorMatch]?, worded: [Int64]?, vector: [Float]?, limit: Int) throws -> [SearchResult] {
        let rankings = [near?.map(\.passage), worded].compactMap(\.self)
        let vectorPlaces = Self.places(near?.map(\.passage) ?? []), wordPlaces = Self.places(worded ?? [])
        let cosines = Dictionary((near ?? []).map { ($0.passage, $0.score) }) { first, _ in first }
        let fused = Array(RankFusion.fuse(rankings).prefix(limit))
        let scores = Dictionary(uniqueKeysWithValues: fused.map { ($0.item, $0.score) })
        return try store.passages(fused.map(\.item), query: vector, compute: compute).map { passage in
            let cosine = cosines[passage.id]
            let place = wordPlaces[passage.id]
            let score = rankings.count > 1 ? scores[passage.id] ?? 0 : cosine.map(Double.init) ?? place.map { 1 / Double($0) } ?? 0
            return SearchResult(
                passage: passage, score: score, cosine: cosine, vectorPlace: vectorPlaces[passage.id], wordPlace: place)
        }
    }

    private static func places(_ passages: [Int64]) -> [Int64: Int] {
        Dictionary(passages.enumerated().map { ($1, $0 + 1) }) { first, _ in first }
    }
}
#endif
