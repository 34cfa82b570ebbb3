import Diagnostics
import Tensors

/// Vectors in cells, each around a centre, so that a search looks into the nearest cells only (an inverted file: Jégou, Douze and
/// Schmid, Product Quantization for Nearest Neighbor Search, 2011).
package struct VectorCells: Sendable {
    package let form: VectorForm
    /// `[count][form.width]` 16-bit floats; each centre has a length of 1.
    package let centres: [UInt8]

    package var count: Int { centres.count / form.byteCount }

    /// Nil for bytes that are no whole number of centres.
    package init?(form: VectorForm, centres: [UInt8]) {
        guard !centres.isEmpty, centres.count.isMultiple(of: form.byteCount) else { return nil }
        self.form = form
        self.centres = centres
    }

    /// How many cells so many vectors are best divided into: more make the choice of cells long, fewer the search in them.
    package static func count(forVectors vectors: Int) -> Int { max(1, Int((4 * Double(vectors).squareRoot()).rounded())) }

    /// Vectors for each cell that its centre is learned from.
    package static let samplesPerCell = 32
    private static let rounds = 8
    private static let rowsAtOnce = 2048

    /// Finds centres by k-means over directions (Dhillon and Modha, Concept Decompositions for Large Sparse Text Data, 2001).
    ///
    /// - Parameters:
    ///   - sample: as many vectors as cells at least, each of length 1.
    ///   - count: cells; at least 1.
    package init(form: VectorForm, sample: [[Float]], count: Int, seed: UInt64 = 1, compute: Compute, cancellation: Cancellation? = nil)
        throws
    {
        precondition(count >= 1 && sample.count >= count, "\(count) cells of \(sample.count) vectors")
        self.form = form
        var generator = SplitMix64(seed: seed)
        var centres = Array(sample.shuffled(using: &generator).prefix(count))
        for _ in 0..<Self.rounds {
            try cancellation?.check("dividing vectors into cells")
            let nearest = Self.nearest(sample, centres, form: form, compute: compute)
            centres = Self.means(sample, nearest, of: centres, using: &generator)
        }
        self.centres = centres.flatMap(form.encode)
    }

    /// The number of the nearest centre of each vector.
    package func nearest(_ vectors: [[Float]], compute: Compute) -> [Int] {
        var result: [Int] = []
        for start in stride(from: 0, to: vectors.count, by: Self.rowsAtOnce) {
            let part = Array(vectors[start..<min(vectors.count, start + Self.rowsAtOnce)])
            result += Self.largest(VectorScorer(form: form, queries: part, compute: compute).scores(centres))
        }
        return result
    }

    /// The cells that are nearest to a query, nearest first.
    package func nearest(to query: [Float], count: Int, compute: Compute) -> [Int] {
        let scores = VectorScorer(form: form, queries: [query], compute: compute).scores(centres).array
        return Array(scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count))
    }

    private static func nearest(_ sample: [[Float]], _ centres: [[Float]], form: VectorForm, compute: Compute) -> [Int] {
        VectorCells(form: form, centres: centres.flatMap(form.encode))?.nearest(sample, compute: compute) ?? []
    }

    private static func largest(_ scores: Tensor) -> [Int] {
        (0..<scores.rows).map { row in
            scores.withRow(row) { values in
                var best = 0
                for column in values.indices where values[column] > values[best] { best = column }
                return best
            }
        }
    }

    /// The mean direction of the vectors in each cell; an empty cell begins again at a vector taken at random.
    private static func means(
        _ sample: [[Float]], _ nearest: [Int], of centres: [[Float]], using generator: inout SplitMix64
    ) -> [[Float]] {
        var sums = centres.map { [Float](repeating: 0, count: $0.count) }, counts = centres.map { _ in 0 }
        for (vector, cell) in zip(sample, nearest) {
            counts[cell] += 1
            sums[cell].withUnsafeMutableBufferPointer { sum in
                for index in vector.indices { sum[index] += vector[index] }
            }
        }
        return sums.indices.map { counts[$0] > 0 ? sums[$0].normalized : sample[Int.random(in: sample.indices, using: &generator)] }
    }
}
