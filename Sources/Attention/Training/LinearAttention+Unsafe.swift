import CKernels
import Foundation
import Tensors

/// Attention without a softmax: the weight of a key is the product of what a feature map makes of query and key, so that all keys can be
/// summed up once, in time and memory that grow with the text and not with its square. Every token sees its whole sequence. The feature
/// map is `elu(x) + 1`. (Katharopoulos et al., Transformers are RNNs: Fast Autoregressive Transformers with Linear Attention, 2020.)
package struct LinearAttention {
    private let queries: Tensor
    private let keys: Tensor
    private let values: Tensor
    private let sequences: [Range<Int>]
    private let heads: Int
    private let keyDim: Int
    private let valueDim: Int

    /// - Parameters:
    ///   - queries: `[tokens, heads · keyDim]`, and as many keys.
    ///   - values: `[tokens, heads · valueDim]`.
    ///   - sequences: the rows of each, in ascending order; rows of none give and get 0.
    package init(queries: Tensor, keys: Tensor, values: Tensor, sequences: [Range<Int>], heads: Int) {
        precondition(
            queries.rows == keys.rows && queries.columns == keys.columns && values.rows == keys.rows
                && keys.columns.isMultiple(of: heads) && values.columns.isMultiple(of: heads),
            "queries [\(queries.rows), \(queries.columns)], keys [\(keys.rows), \(keys.columns)], values [\(values.rows), \(values.columns)]"
        )
        self.queries = queries
        self.keys = keys
        self.values = values
        self.sequences = sequences.filter { !$0.isEmpty }
        self.heads = heads
        keyDim = keys.columns / heads
        valueDim = values.columns / heads
    }

    /// `[tokens, heads · valueDim]`.
    package func outputs(_ compute: Compute, tensors: TensorPool = TensorPool()) -> Tensor {
        let outputs = tensors.make(rows: values.rows, columns: values.columns)
        outputs.clear()
        forEachHead(compute, outputs) { head in
            head.sumUp()
            for row in head.rows { head.attend(row) }
        }
        return outputs
    }

    /// - Parameter outputs: what `outputs` gave.
    package func gradient(
        outputs: Tensor, outputGradient: Tensor, _ compute: Compute, tensors: TensorPool = TensorPool()
    ) -> PackedAttentionGradient {
        let gradient = PackedAttentionGradient(
            queries: tensors.make(rows: queries.rows, columns: queries.columns),
            keys: tensors.make(rows: keys.rows, columns: keys.columns),
            values: tensors.make(rows: values.rows, columns: values.columns))
        for tensor in [gradient.queries, gradient.keys, gradient.values] { tensor.clear() }
        forEachHead(compute, outputs) { head in
            head.sumUp()
            head.turnSums()
            for row in head.rows { head.goBackToQuery(row, outputGradient, gradient) }
            head.turnSumGradients()
            for row in head.rows { head.goBackToKey(row, gradient) }
        }
        return gradient
    }

    private func forEachHead(_ compute: Compute, _ outputs: Tensor, _ body: (LinearHead) -> Void) {
        guard let kernels = elementwise_kernels(compute.kernels.family)?.pointee else { preconditionFailure("no sums for this family") }
        let byteCount = LinearHead.floats(keyDim: keyDim, valueDim: valueDim) * MemoryLayout<Float>.stride
        compute.pool.forEach(sequences.count * heads) { index, thread in
            let memory = compute.pool.scratch(thread: thread, byteCount: byteCount)
            body(
                LinearHead(
                    rows: sequences[index / heads], head: index % heads, keyDim: keyDim, valueDim: valueDim, queries: queries, keys: keys,
                    values: values, outputs: outputs, kernels: kernels,
                    memory: memory.bindMemory(to: Float.self, capacity: byteCount / MemoryLayout<Float>.stride)))
        }
    }
}

/// One head in one sequence. Everything is done by adding multiples of rows, which runs in vectors.
private struct LinearHead {
    let rows: Range<Int>
    let head: Int
    let keyDim: Int
    let valueDim: Int
    let queries: Tensor
    let keys: Tensor
    let values: Tensor
    let outputs: Tensor
    let kernels: ElementwiseKernels
    /// The sums `[keyDim, valueDim]` of features of keys times values, their gradient, room to turn either, the sum of the features
    /// `[keyDim]`, its gradient, and the features of one row.
    let memory: UnsafeMutablePointer<Float>

    static func floats(keyDim: Int, valueDim: Int) -> Int { 3 * keyDim * valueDim + 4 * keyDim }

    private var area: Int { keyDim * valueDim }
    private var sums: UnsafeMutablePointer<Float> { memory }
    private var sumGradients: UnsafeMutablePointer<Float> { memory + area }
    private var turned: UnsafeMutablePointer<Float> { memory + 2 * area }
    private var total: UnsafeMutablePointer<Float> { memory + 3 * area }
    private var totalGradient: UnsafeMutablePointer<Float> { total + keyDim }
    private var features: UnsafeMutablePointer<Float> { total + 2 * keyDim }
    private var featureGradient: UnsafeMutablePointer<Float> { total + 3 * keyDim }

    private func add(_ factor: Float, _ x: UnsafePointer<Float>, _ count: Int, to out: UnsafeMutablePointer<Float>) {
        kernels.add_scaled(x, factor, count, out)
    }

    private func makeFeatures(_ tensor: Tensor, _ row: Int) {
        let x = tensor.row(row) + head * keyDim
        for index in 0..<keyDim { features[index] = x[index] > 0 ? x[index] + 1 : exp(x[index]) }
    }

    /// The gradient of numbers from that of their features.
    private func writeGradient(_ row: Int, to tensor: Tensor) {
        let out = tensor.row(row) + head * keyDim
        for index in 0..<keyDim { out[index] = featureGradient[index] * min(1, features[index]) }
    }

    /// Sums over all keys; gradients of the sums begin at zero.
    func sumUp() {
        memory.update(repeating: 0, count: Self.floats(keyDim: keyDim, valueDim: valueDim))
        for row in rows {
            makeFeatures(keys, row)
            let value = values.row(row) + head * valueDim
            for index in 0..<keyDim { add(features[index], value, valueDim, to: sums + index * valueDim) }
            add(1, features, keyDim, to: total)
        }
    }

    /// How much all keys together weigh for the query whose features are at hand.
    private var weight: Float {
        var sum: Float = 0
        for index in 0..<keyDim { sum += features[index] * total[index] }
        return sum
    }

    func attend(_ row: Int) {
        makeFeatures(queries, row)
        let out = outputs.row(row) + head * valueDim, share = 1 / weight
        for index in 0..<keyDim { add(share * features[index], sums + index * valueDim, valueDim, to: out) }
    }

    func turnSums() { turn(sums) }

    func turnSumGradients() { turn(sumGradients) }

    private func turn(_ matrix: UnsafeMutablePointer<Float>) {
        for row in 0..<keyDim {
            for column in 0..<valueDim { turned[column * keyDim + row] = matrix[row * valueDim + column] }
        }
    }

    /// The gradient of a query, and what it adds to those of the sums.
    func goBackToQuery(_ row: Int, _ outputGradient: Tensor, _ gradient: PackedAttentionGradient) {
        makeFeatures(queries, row)
        let ahead = outputGradient.row(row) + head * valueDim, output = outputs.row(row) + head * valueDim
        let share = 1 / weight
        var product: Float = 0
        for index in 0..<valueDim { product += ahead[index] * output[index] }
        for index in 0..<keyDim { add(share * features[index], ahead, valueDim, to: sumGradients + index * valueDim) }
        add(-share * product, features, keyDim, to: totalGradient)
        featureGradient.update(repeating: 0, count: keyDim)
        for index in 0..<valueDim { add(share * ahead[index], turned + index * keyDim, keyDim, to: featureGradient) }
        add(-share * product, total, keyDim, to: featureGradient)
        writeGradient(row, to: gradient.queries)
    }

    /// The gradients of a key and its value.
    func goBackToKey(_ row: Int, _ gradient: PackedAttentionGradient) {
        makeFeatures(keys, row)
        let value = values.row(row) + head * valueDim, valueGradient = gradient.values.row(row) + head * valueDim
        featureGradient.update(from: totalGradient, count: keyDim)
        for index in 0..<valueDim { add(value[index], turned + index * keyDim, keyDim, to: featureGradient) }
        writeGradient(row, to: gradient.keys)
        for index in 0..<keyDim { add(features[index], sumGradients + index * valueDim, valueDim, to: valueGradient) }
    }
}
