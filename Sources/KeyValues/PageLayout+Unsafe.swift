import CKernels
import Positions
import Tensors

/// What all pages of a layer have in common, as the kernels want it.
///
/// Safe to share: its memory is written by the initialiser alone.
package final class PageLayout: @unchecked Sendable {
    package let spec: CacheSpec
    package let rotary: Rotary
    package let shape: UnsafePointer<PageShape>
    private let pairing: UnsafeMutablePointer<Int32>

    package init(spec: CacheSpec, rotary: Rotary) {
        precondition(rotary.headDim == spec.keyDim, "a rotation of \(rotary.headDim) dimensions for keys of \(spec.keyDim)")
        self.spec = spec
        self.rotary = rotary
        pairing = .allocate(capacity: spec.keyDim)
        pairing.initialize(from: rotary.pairing, count: spec.keyDim)
        let shape = UnsafeMutablePointer<PageShape>.allocate(capacity: 1)
        shape.initialize(
            to: PageShape(
                key_type: spec.keyType.element, value_type: spec.valueType.element, key_dim: Int32(spec.keyDim),
                value_dim: Int32(spec.valueDim), rotary_pairs: Int32(rotary.pairs), pairing: UnsafePointer(pairing)))
        self.shape = UnsafePointer(shape)
    }

    deinit {
        shape.deallocate()
        pairing.deallocate()
    }

    /// Dimensions of a key in paired order, zeros included.
    package var paddedKeyDim: Int { Int(padded_dimension(Int32(spec.keyDim))) }
    package var paddedValueDim: Int { Int(padded_dimension(Int32(spec.valueDim))) }

    /// The key in a slot as it is stored, turned into the page's frame, in paired order.
    package func key(in page: Page, slot: Int) -> [Float] {
        read(count: paddedKeyDim) { key_block_read(shape, page.keys, Int32(slot), $0) }
    }

    /// The first keys of a page, as `key` gives them: `[count, paddedKeyDim]`.
    package func keys(in page: Page, count: Int) -> [Float] {
        let dimension = paddedKeyDim
        return read(count: count * dimension) { keys in
            guard let keys else { return }
            for slot in 0..<count { key_block_read(shape, page.keys, Int32(slot), keys + slot * dimension) }
        }
    }

    /// Vectors of the model's order in paired order, padded with zeros: `[rows, paddedKeyDim]`. No gain and no scale.
    /// - Parameter columns: of `matrix` that hold the vectors.
    package func paired(_ matrix: Tensor, rows: Range<Int>, columns: Range<Int>) -> [Float] {
        let dimension = paddedKeyDim
        return read(count: rows.count * dimension) { paired in
            guard let paired else { return }
            pair_rows(
                shape, Int32(rows.count), matrix.values + rows.lowerBound * matrix.columns + columns.lowerBound, matrix.columns, 1, 1,
                paired)
        }
    }

    /// The value in a slot.
    package func value(in page: Page, slot: Int) -> [Float] {
        Array(read(count: paddedValueDim) { value_block_read(shape, page.values, Int32(slot), $0) }.prefix(spec.valueDim))
    }

    /// The mean of the first keys of a page, in paired order.
    package func meanKey(in page: Page, count: Int) -> [Float] {
        read(count: paddedKeyDim) { key_block_mean(shape, page.keys, Int32(count), $0) }
    }

    private func read(count: Int, _ body: (UnsafeMutablePointer<Float>?) -> Void) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            body(buffer.baseAddress)
            initialized = count
        }
    }
}
