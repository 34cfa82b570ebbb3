import ApusTesting
import Tensors
import Testing
import Tokenizers

@testable import Training

@Suite("First weights that copy")
struct CopyingWeightsTests {
    private static func sizes(_ change: (inout FreshModel.Sizes) -> Void = { _ in }) -> FreshModel.Sizes {
        var sizes = FreshModel.Sizes(
            architecture: "llama", layers: 3, width: 256, heads: 4, keyValueHeads: 1, headDim: 64, feedForward: 128, context: 512,
            ropeBase: 100_000, tied: true, seed: 3)
        sizes.beginning = .copying
        change(&sizes)
        return sizes
    }

    /// The share of tokens that a model without any training predicts, of random ones that come a second time.
    private func copied(_ sizes: FreshModel.Sizes, count: Int) throws -> Double {
        let model = try FreshModel(sizes, vocabulary: Vocabulary(metadata: TinyModel().open().metadata, source: "tiny"), name: "fresh")
        let compute = Compute(pool: WorkerPool(threads: 2))
        let decoder = try TrainedDecoder(source: model, compute: compute, options: TrainingOptions(precision: .float32))
        var random = CorpusRandom(seed: 11)
        let half = (0..<count).map { _ in Int32(3 + random.below(250)) }
        var batch = PackedBatch()
        // The first few tokens of the copy cannot be known to be one.
        batch.append(half + half, weights: (1..<2 * count).map { $0 > count ? 1 : 0 })
        let predicted = try decoder.predictions(of: batch)
        return Double(zip(predicted, half.dropFirst()).count { $0 == $1 }) / Double(count - 1)
    }

    @Test("Most of what comes again is said again before anything was learned, and hardly anything by random weights")
    func copies() throws {
        #expect(try copied(Self.sizes(), count: 64) > 0.5)
        #expect(try copied(Self.sizes { $0.beginning = .random }, count: 64) < 0.1)
    }

    @Test(
        "Models without room for the heads are refused",
        arguments: [
            { $0.architecture = "qwen2" }, { $0.layers = 2 }, { $0.width = 128 }, { $0.keyValueHeads = 4 }, { $0.tied = false },
            { $0.ropeBase = 2 },
        ] as [@Sendable (inout FreshModel.Sizes) -> Void])
    func room(change: @Sendable (inout FreshModel.Sizes) -> Void) {
        #expect(CopyingWeights.fit(Self.sizes()) && !CopyingWeights.fit(Self.sizes(change)))
    }
}
