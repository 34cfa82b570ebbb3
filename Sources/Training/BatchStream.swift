/// Batches in an order that goes on exactly where a saved state left it.
package protocol BatchStream {
    /// Where the order stands: cursors, cycles, generators of random numbers.
    associatedtype State: Codable & Sendable & Equatable

    /// What the next batch depends on. Setting it to what it once was brings the same batches again.
    var state: State { get set }

    /// The batch of one optimizer step, cut into parts that are gone through one after the other: their gradients are added up.
    mutating func next() throws -> [PackedBatch]
}
