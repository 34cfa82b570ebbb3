import KeyValues

/// What the kernels of this program reach on a machine. Everything is a rate or a time of its own, measured alone: no figure here was
/// fitted to how long a model takes.
package struct MachineRates: Codable, Hashable, Sendable {
    /// Products with weights of one storage type.
    package struct Products: Codable, Hashable, Sendable {
        /// Operations a second with many tokens, by the length of a weight row.
        package let operations: RateCurve
        /// Bytes of weights a second with one token, by the bytes of all weights that are gone through in turn: few stay in a cache.
        package let reading: RateCurve
        /// Seconds for each number of the activations that is brought into the order that the products want.
        package let secondsPerNumberArranged: Double
    }

    /// Products with matrices of one shape, as a model has them.
    package struct Product: Codable, Hashable, Sendable {
        /// With many tokens.
        package let operationsPerSecond: Double
        /// Of weights, with one token.
        package let bytesPerSecond: Double
    }

    /// Attention to keys and values of one storage type and head dimension.
    package struct Attention: Codable, Hashable, Sendable {
        /// Operations a second when many queries attend, scores and sums together.
        package let operations: Double
        /// Seconds for each query of each head, whatever it sees.
        package let secondsPerQuery: Double
        /// Seconds for each number of a key and a value that a single query goes over, shared by the queries of a group.
        package let secondsPerNumber: Double
        /// The same for each query of the group.
        package let secondsPerNumberAndQuery: Double
        /// Seconds for a single query's run through a layer, whatever it sees: its own key and value are written, and the threads are called.
        package let secondsPerRun: Double
        /// Seconds for each number that is written to the cache.
        package let secondsPerNumberWritten: Double
    }

    /// The kernel family.
    package let kernels: String
    package let threads: Int
    /// By storage type.
    package var products: [String: Products] = [:]
    /// By storage type and then by `ProductShape.key`; nil where no model was asked about.
    package var shapes: [String: [String: Product]]?
    /// By storage types of keys and values and the head dimension: "bf16/64".
    package var attention: [String: Attention] = [:]
    /// Numbers a second that norms, additions and the like go over, and that activation functions make.
    package var elementsPerSecond = 1.0
    package var activatedPerSecond = 1.0
    /// For calling the threads together to multiply once.
    package var secondsPerCall = 0.0

    package init(kernels: String, threads: Int) {
        self.kernels = kernels
        self.threads = threads
    }

    package static func attentionKey(_ cache: CacheTypes, dim: Int) -> String { "\(cache.name)/\(dim)" }

    /// What was measured of matrices like these.
    package subscript(shape: ProductShape) -> Product? {
        get { shapes?[shape.type.name]?[shape.key] }
        set { shapes = (shapes ?? [:]).merging([shape.type.name: newValue.map { [shape.key: $0] } ?? [:]]) { $0.merging($1) { $1 } } }
    }

    /// Whether a file may be believed.
    var isSound: Bool {
        products.values.allSatisfy { $0.operations.isSound && $0.reading.isSound && $0.secondsPerNumberArranged >= 0 }
            && (shapes ?? [:]).values.allSatisfy { $0.values.allSatisfy { $0.operationsPerSecond > 0 && $0.bytesPerSecond > 0 } }
            && attention.values.allSatisfy(\.isSound)
            && elementsPerSecond > 0 && activatedPerSecond > 0 && secondsPerCall >= 0 && threads > 0
    }
}

extension MachineRates.Attention {
    fileprivate var isSound: Bool {
        operations > 0
            && [secondsPerQuery, secondsPerNumber, secondsPerNumberAndQuery, secondsPerRun, secondsPerNumberWritten].allSatisfy { $0 >= 0 }
    }
}
