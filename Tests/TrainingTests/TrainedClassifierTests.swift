import ApusTesting
import Foundation
import Tensors
import Testing

@testable import Training

@Suite("Trained classifiers")
struct TrainedClassifierTests {
    static let kinds: [ClassifierAttention] = [.full, .local(side: 3), .longformer(side: 2), .bigBird(random: 1), .linear]

    private func shape(
        pooling: ClassifierShape.Pooling = .first, positions: ClassifierShape.Positions = .sines, texts: Int = 1
    ) -> ClassifierShape {
        ClassifierShape(
            vocabulary: 12, classes: 3, layers: 2, width: 16, heads: 2, headDim: 8, feedForward: 24, context: 300, pooling: pooling,
            positions: positions, textsPerExample: texts)
    }

    private func model(_ shape: ClassifierShape, _ attention: ClassifierAttention, threads: Int = 1) throws -> TrainedClassifier {
        try TrainedClassifier(shape, attention: attention, seed: 3, compute: Compute(pool: WorkerPool(threads: threads)))
    }

    private func batch(_ lengths: [Int], texts: Int = 1) -> PackedBatch {
        var batch = PackedBatch(), random = CorpusRandom(seed: 8)
        for (place, length) in lengths.enumerated() {
            let tokens = (0..<length).map { _ in Int32(random.below(12)) }
            batch.append(classified: tokens, label: place.isMultiple(of: texts) ? random.below(3) : nil)
        }
        return batch
    }

    @Test("Gradients are the slopes of the loss, whatever the attention and the pooling", arguments: kinds)
    func gradients(attention: ClassifierAttention) throws {
        for shape in [shape(), shape(pooling: .mean, positions: .learned), shape(texts: 2)] {
            try checkGradients(model(shape, attention), batch([30, 9, 1, 14], texts: shape.textsPerExample))
        }
    }

    @Test("Gradients of decoders are the slopes of the loss, however positions are told", arguments: ClassifierShape.Positions.allCases)
    func decoderGradients(positions: ClassifierShape.Positions) throws {
        var shape = shape(pooling: .each, positions: positions)
        shape.scalesScores = positions == .learned
        try checkGradients(model(shape, .causal), decoderBatch([30, 9, 2, 140]))
    }

    private func decoderBatch(_ lengths: [Int], firstPosition: Int = 0) -> PackedBatch {
        var batch = PackedBatch(), random = CorpusRandom(seed: 8)
        for length in lengths {
            let text = (0..<length).map { _ in Int32(random.below(3)) }
            batch.append(text, weights: (1..<length).map { Float($0 % 3) }, firstPosition: firstPosition)
        }
        return batch
    }

    private func checkGradients(_ model: TrainedClassifier, _ batch: PackedBatch) throws {
        model.parameters.clearGradients()
        let loss = try model.accumulateGradients(of: batch, scale: 1)
        #expect(loss == (try model.loss(of: batch)))
        for parameter in model.parameters {
            // Along the gradient itself the slope is its length.
            let length = parameter.gradient.array.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 1e-3 else { continue }
            let direction = parameter.gradient.array, before = parameter.value.array
            func loss(at distance: Double) throws -> Double {
                for index in before.indices {
                    parameter.value.values[index] = before[index] + Float(distance / length) * direction[index]
                }
                model.refresh()
                return try model.loss(of: batch).sum
            }
            // A stretch may run over the bend of a ReLU, a short one is lost in rounding.
            let slopes = try [4e-3, 2e-3, 1e-3].map { (try loss(at: $0) - loss(at: -$0)) / (2 * $0) }
            _ = try loss(at: 0)
            let isNear = slopes.contains { abs($0 - length) < 0.02 * length + 2e-3 }
            #expect(isNear, "\(parameter.name): \(slopes) are not \(length)")
        }
    }

    /// The numbers behind the last token of a text.
    private func last(
        _ positions: ClassifierShape.Positions, layers: Int, _ tokens: [Int32], firstPosition: Int = 0
    ) throws -> [Float] {
        var shape = shape(pooling: .each, positions: positions), batch = PackedBatch()
        shape.layers = layers
        batch.append(tokens + [0], firstPosition: firstPosition)
        return try model(shape, .causal).logits(of: batch).array.suffix(3)
    }

    @Test("Without positions one layer sees a text as a bag of words, two layers see its order")
    func bag() throws {
        let text: [Int32] = [0, 2, 1, 1, 2, 0, 1], swapped: [Int32] = [0, 1, 2, 1, 2, 0, 1]
        func difference(_ positions: ClassifierShape.Positions, layers: Int) throws -> Float {
            zip(try last(positions, layers: layers, text), try last(positions, layers: layers, swapped)).map { abs($0 - $1) }.max() ?? 0
        }
        #expect(try difference(.none, layers: 1) < 1e-5)
        #expect(try difference(.none, layers: 2) > 1e-3)
        for positions in [ClassifierShape.Positions.sines, .rotary, .alibi] {
            #expect(try difference(positions, layers: 1) > 1e-3, "\(positions)")
        }
    }

    @Test("A text may stand anywhere, but for vectors of positions")
    func shifts() throws {
        let text: [Int32] = [0, 2, 1, 1, 2, 0, 1]
        for positions in ClassifierShape.Positions.allCases {
            let here = try last(positions, layers: 2, text), there = try last(positions, layers: 2, text, firstPosition: 90)
            let difference = zip(here, there).map { abs($0 - $1) }.max() ?? 0
            #expect(positions.isTable ? difference > 1e-3 : difference < 1e-4, "\(positions): \(difference)")
        }
    }

    @Test("T5's biases are one table for all layers, and begin at nothing")
    func sharedBiases() throws {
        let model = try model(shape(pooling: .each, positions: .t5), .causal)
        let tables = model.parameters.filter { $0.name.hasSuffix("attn_rel_b.weight") }
        #expect(tables.map(\.shape) == [[32, 2]])
        let batch = decoderBatch([60]), plain = try self.model(shape(pooling: .each, positions: .none), .causal)
        #expect(try model.logits(of: batch).array == plain.logits(of: batch).array)
        tables.first?.value[3, 1] = 2
        #expect(try model.logits(of: batch).array != plain.logits(of: batch).array)
    }

    @Test("Sines stay as they are, and learned positions do not")
    func frozen() throws {
        #expect(try model(shape(), .full).parameters["position_embd.weight"] == nil)
        #expect(try model(shape(positions: .learned), .full).parameters["position_embd.weight"] != nil)
    }

    @Test("A window that covers everything, and blocks that are few, see what full attention sees")
    func covering() throws {
        let batch = batch([130, 70, 5]), full = try model(shape(), .full).logits(of: batch).array
        for attention in [ClassifierAttention.local(side: 200), .longformer(side: 200), .bigBird(random: 0)] {
            #expect(try model(shape(), attention).logits(of: batch).array == full, "\(attention)")
        }
        #expect(try model(shape(), .local(side: 4)).logits(of: batch).array != full)
    }

    @Test("A text gives the same numbers alone and among others, and any number of threads the same bits", arguments: kinds)
    func packing(attention: ClassifierAttention) throws {
        let whole = batch([90, 3, 200]), together = try model(shape(), attention, threads: 3).logits(of: whole).array
        #expect(try model(shape(), attention, threads: 1).logits(of: whole).array == together)
        for (place, range) in whole.ranges.enumerated() {
            var alone = PackedBatch()
            alone.append(classified: whole.tokens[range], label: 0)
            let numbers = try model(shape(), attention).logits(of: alone).array
            #expect(zip(numbers, together[(3 * place)...]).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) })
        }
    }

    @Test("It learns which of two tokens a text begins with, wherever attention has to look")
    func learning() throws {
        let model = try model(shape(pooling: .mean), .full)
        let optimizer = AdamW(model.parameters.all, options: AdamWOptions(), compute: model.compute)
        var random = CorpusRandom(seed: 4), last = 0.0
        for step in 1...60 {
            var batch = PackedBatch()
            for _ in 0..<16 {
                let label = random.below(2), rest = (0..<8).map { _ in Int32(2 + random.below(10)) }
                batch.append(classified: [Int32(label)] + rest, label: label)
            }
            model.parameters.clearGradients()
            last = try model.accumulateGradients(of: batch, scale: 1 / 16).mean
            optimizer.step(step, rate: 3e-3, gradientScale: 1)
            model.refresh()
        }
        #expect(last < 0.1)
    }

    @Test("Batches that fit no example or no position are refused")
    func refusals() throws {
        #expect(throws: DifferentiationError.self) { try model(shape(texts: 2), .full).logits(of: batch([3, 4, 5], texts: 2)) }
        #expect(throws: DifferentiationError.self) { try model(shape(), .full).logits(of: batch([301])) }
        #expect(throws: DifferentiationError.self) { try model(shape(), .full).logits(of: PackedBatch()) }
    }

    @Test("Kinds of attention are known by the names they give themselves")
    func names() {
        for kind in Self.kinds { #expect(ClassifierAttention(kind.description) == kind) }
        for name in ["", "local", "local:", "local:-1", "full:2", "bigbird:x", "longformer:1:2", "Linear"] {
            #expect(ClassifierAttention(name) == nil, "\(name)")
        }
    }
}
