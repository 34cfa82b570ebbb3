import Testing

@testable import Training

@Suite("Packed batches")
struct PackedBatchTests {
    @Test("Every token but the first is the target of the one before it, within its own sequence")
    func targets() {
        var batch = PackedBatch()
        batch.append([1, 2, 3])
        batch.append([7, 8], weights: [0.5], firstPosition: 100)
        #expect(batch.tokens == [1, 2, 7])
        #expect(batch.targets == [2, 3, 8])
        #expect(batch.weights == [1, 1, 0.5])
        #expect(batch.ranges == [0..<2, 2..<3])
        #expect(batch.sequences.map(\.firstPosition) == [0, 100])
    }

    @Test("Some inputs can have other targets than the next token")
    func others() {
        var batch = PackedBatch()
        batch.append([1, 2])
        batch.append([3, 4, 5, 6], replacing: [1: 9])
        #expect(batch.tokens == [1, 3, 4, 5] && batch.targets == [2, 4, 9, 6])
    }
}
