import ApusTesting
import Foundation
import Retrieval
import Tensors
import Testing

/// Random vectors of length 1, around so many centres.
enum ClusteredVectors {
    static func make(_ count: Int, dimensions: Int, clusters: Int, seed: UInt64) -> [[Float]] {
        var random = SeededGenerator(seed: seed)
        let centres = (0..<clusters).map { _ in (0..<dimensions).map { _ in random.normal() } }
        return (0..<count).map { _ in
            let centre = centres[Int.random(in: 0..<clusters, using: &random)]
            return centre.map { $0 + random.normal(deviation: 0.5) }.normalized
        }
    }

    static func cosine(_ one: [Float], _ other: [Float]) -> Double { zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
}

@Suite("Stored vectors")
struct VectorTests {
    private let compute = Compute(pool: WorkerPool(threads: 1))

    @Test("A stored vector is what it was but for the rounding of 16-bit floats, and products with it are as near")
    func forms() {
        for dimensions in [1, 31, 32, 33, 384] {
            let form = VectorForm(dimensions: dimensions), vectors = ClusteredVectors.make(20, dimensions: dimensions, clusters: 3, seed: 1)
            let bytes = vectors.flatMap(form.encode)
            #expect(bytes.count == 20 * form.byteCount && form.byteCount % 64 == 0)
            let scores = VectorScorer(form: form, queries: Array(vectors[..<2]), compute: compute).scores(bytes)
            for (index, vector) in vectors.enumerated() {
                let decoded = form.decode(bytes[index * form.byteCount..<(index + 1) * form.byteCount])
                #expect(zip(decoded, vector).allSatisfy { abs($0 - $1) <= 0.0005 * max(abs($1), 0.001) })
                for query in 0..<2 {
                    #expect(abs(Double(scores[query, index]) - ClusteredVectors.cosine(vectors[query], vector)) < 5e-4)
                }
            }
        }
    }

    @Test("A segment comes back from its parts, loses what is removed, and refuses parts that do not fit")
    func segments() {
        let form = VectorForm(dimensions: 5), vectors = ClusteredVectors.make(9, dimensions: 5, clusters: 2, seed: 2)
        var segment = VectorSegment(form: form)
        for (index, vector) in vectors.enumerated() {
            segment.append(passage: Int64(index / 2) - 1, block: Int32(index % 2) - 1, vector: form.encode(vector))
        }
        let again = VectorSegment(form: form, passages: segment.passageBytes, blocks: segment.blockBytes, vectors: segment.vectors)
        #expect(again == segment && again?.fingerprint == segment.fingerprint)
        #expect(
            VectorSegment(
                form: form, passages: Array(segment.passageBytes.dropLast()), blocks: segment.blockBytes, vectors: segment.vectors) == nil)
        #expect(VectorSegment(form: form, passages: segment.passageBytes, blocks: segment.blockBytes, vectors: []) == nil)
        let before = segment.fingerprint
        segment.remove([0, 3, 77])
        #expect(segment.passages == [-1, -1, 1, 1, 2, 2] && segment.fingerprint != before)
        #expect(Array(segment.vector(2)) == form.encode(vectors[4]))
    }

    @Test("The best matches are those of sorting all, one for each passage")
    func best() {
        var random = SeededGenerator(seed: 4)
        for capacity in [1, 3, 10] {
            let matches = (0..<1000).map { index in
                VectorMatch(
                    passage: Int64.random(in: 0..<150, using: &random), block: Int32(index),
                    score: Float(Int.random(in: 0...99, using: &random)))
            }
            var best = BestMatches(capacity: capacity)
            for match in matches { best.add(match) }
            best.add(VectorMatch(passage: 1, block: 0, score: .nan))
            let highest: [Int64: Float] = Dictionary(matches.map { ($0.passage, $0.score) }, uniquingKeysWith: max)
            let expected = highest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(capacity)
            #expect(best.sorted.map(\.passage) == expected.map { $0.key })
            #expect(best.sorted.map(\.score) == expected.map { $0.value })
        }
    }

    @Test("Each vector's cell is that of the nearest centre, and most neighbours share it or a near one")
    func cells() throws {
        let dimensions = 24, vectors = ClusteredVectors.make(600, dimensions: dimensions, clusters: 12, seed: 7)
        let form = VectorForm(dimensions: dimensions)
        let cells = try VectorCells(form: form, sample: vectors, count: 20, compute: compute)
        let centres = (0..<20).map { form.decode(cells.centres[$0 * form.byteCount..<($0 + 1) * form.byteCount]) }
        let nearest = cells.nearest(vectors, compute: compute)
        var found = 0
        for (vector, cell) in zip(vectors, nearest) {
            let cosines = centres.map { ClusteredVectors.cosine($0, vector) }
            #expect(cosines[cell] >= (cosines.max() ?? 0) - 0.02, "kernels may round both sides to 8 bits")
        }
        #expect(centres.allSatisfy { abs(ClusteredVectors.cosine($0, $0) - 1) < 1e-2 })
        for query in stride(from: 0, to: 600, by: 10) {
            let chosen = Set(cells.nearest(to: vectors[query], count: 4, compute: compute))
            let best = vectors.indices.sorted {
                ClusteredVectors.cosine(vectors[$0], vectors[query]) > ClusteredVectors.cosine(vectors[$1], vectors[query])
            }
            found += best.prefix(5).count { chosen.contains(nearest[$0]) }
        }
        #expect(found >= 270, "\(found) of 300 neighbours are in the 4 nearest of 20 cells")
        #expect(VectorCells(form: form, centres: []) == nil && VectorCells(form: form, centres: [1, 2, 3]) == nil)
    }
}

@Suite("Rankings fused")
struct RankFusionTests {
    @Test("Scores are the sums of reciprocal places, brute force, and ties go by the items")
    func sums() {
        let rankings = [[3, 1, 4], [1, 5, 9, 2, 6], [], [4, 1]]
        let fused = RankFusion.fuse(rankings)
        #expect(Set(fused.map(\.item)) == [1, 2, 3, 4, 5, 6, 9])
        for (item, score) in fused {
            let expected = rankings.compactMap { $0.firstIndex(of: item) }.reduce(0.0) { $0 + 1 / (61 + Double($1)) }
            #expect(abs(score - expected) < 1e-12)
        }
        #expect(fused.map(\.item).prefix(2) == [1, 4])
        #expect(RankFusion.fuse([[2, 1], [1, 2]]).map(\.item) == [1, 2])
    }
}
