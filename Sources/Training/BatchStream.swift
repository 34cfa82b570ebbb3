/// Batches in an order that goes on exactly where a saved state left it.
package protocol BatchStream {
    /// Where the order stands: cursors, cycles, generators of random numbers.
    associatedtype State: Codable & Sendable & Equatable

    /// What the next batch depends on. Setting it to what it once was brings the same batches again.
    var state: State { get set }

    /// Whether a state, which may come from a file, can be one of a stream made as this one.
    func fits(_ state: State) -> Bool

    /// The batch of one optimizer step, cut into parts that are gone through one after the other: their gradients are added up.
    mutating func next() throws -> [PackedBatch]

    /// What each of the streams that it mixes brings next, to look at, which changes nothing; none where it mixes none.
    func samples() throws -> [[PackedBatch]]
}

extension BatchStream {
    package func fits(_ state: State) -> Bool { true }
    package func samples() throws -> [[PackedBatch]] { [] }
}
