import Tensors

/// A matrix of weights, as far as that decides how fast it is multiplied by.
package struct ProductShape: Hashable, Sendable {
    package let type: StorageType
    package let rows: Int
    package let columns: Int
    /// Bytes of the weights that are gone through in turn with it, rounded up to a power of two: few stay in a cache.
    package let workingSet: Int

    /// More than any cache holds.
    static let mostWorkingSet = 256 << 20

    init(_ product: StepCount.Product, weightBytes: Int) {
        type = product.type
        rows = product.rows
        columns = product.columns
        var set = 1 << 20
        while set < min(weightBytes, Self.mostWorkingSet) { set *= 2 }
        workingSet = set
    }

    /// As profiles call it: "4864x896/268435456".
    var key: String { "\(rows)x\(columns)/\(workingSet)" }
}

extension PlannedModel {
    package var productShapes: [ProductShape] {
        var shapes: Set<ProductShape> = []
        return step(tokens: 1, wanted: 1).products.map { ProductShape($0, weightBytes: weightBytes) }.filter { shapes.insert($0).inserted }
    }
}
