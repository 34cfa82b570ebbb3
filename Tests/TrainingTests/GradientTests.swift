import ApusTesting
import Diagnostics
import Models
import Tensors
import Testing

@testable import Training

@Suite("Gradients of whole models, held to differences in double precision")
struct GradientTests {
    /// What single precision may add to a derivative whose parts are about 1.
    static let tolerance = 1e-3
    /// Models whose feed-forward networks are experts.
    static let experts = ["mixtral", "qwen3_moe", "gpt_oss"]

    private static func derivatives(_ tiny: TinyTraining, _ options: TrainingOptions) throws -> DirectionalDerivatives {
        let reference = try ReferenceModel(tiny.source), decoder = try tiny.decoder(options)
        let (loss, gradients) = try decoder.differentiate(tiny.batch)
        #expect(abs(loss.sum / (try reference.loss(tiny.batch)) - 1) < 1e-5)
        return DirectionalDerivatives(values: reference.values, gradients: gradients) { values in
            var changed = reference
            changed.values = values
            return try changed.loss(tiny.batch)
        }
    }

    @Test("Every architecture's gradients are its derivatives", arguments: TinyCheckpoint.names)
    func everyArchitecture(name: String) throws {
        let derivatives = try Self.derivatives(TinyTraining(name), TrainingOptions(precision: .float32))
        #expect(Set(derivatives.gradients.keys) == Set(derivatives.values.keys))
        #expect(try derivatives.error(along: Array(derivatives.values.keys), seed: 1) < Self.tolerance)
    }

    @Test("So are those of every tensor by itself", arguments: ["gemma2", "gpt2", "mpt-clipped", "phi3", "gpt_oss"])
    func everyTensor(name: String) throws {
        let derivatives = try Self.derivatives(TinyTraining(name), TrainingOptions(precision: .float32))
        // The third layer is like the first.
        for tensor in derivatives.values.keys.sorted() where !tensor.hasPrefix("blk.2.") {
            let error = try derivatives.error(along: [tensor], seed: 3)
            #expect(error < Self.tolerance, "\(tensor): \(error)")
        }
    }

    @Test(
        "Running layers again gives the same bits", arguments: ["llama", "cohere", "olmo2"] + experts,
        [TrainingOptions.Precision.float32, .bfloat16])
    func recomputation(name: String, precision: TrainingOptions.Precision) throws {
        let tiny = try TinyTraining(name)
        let kept = try tiny.decoder(TrainingOptions(precision: precision)).differentiate(tiny.batch)
        let again = try tiny.decoder(TrainingOptions(precision: precision, recomputesActivations: true)).differentiate(tiny.batch)
        #expect(kept.loss == again.loss && kept.gradients == again.gradients)
    }

    @Test(
        "Any number of threads gives the same bits", arguments: ["llama", "gemma2", "gpt2"] + experts,
        [TrainingOptions.Precision.float32, .bfloat16])
    func threads(name: String, precision: TrainingOptions.Precision) throws {
        let tiny = try TinyTraining(name)
        let results = try (1...3).map { threads in
            try tiny.decoder(TrainingOptions(precision: precision), threads: threads).differentiate(tiny.batch)
        }
        #expect(results.allSatisfy { $0.loss == results[0].loss && $0.gradients == results[0].gradients })
    }

    @Test("A second pass gives the same bits as the first, and adds up", arguments: ["llama", "gpt2"])
    func accumulation(name: String) throws {
        let tiny = try TinyTraining(name), decoder = try tiny.decoder()
        let once = try decoder.differentiate(tiny.batch), twice = try decoder.differentiate(tiny.batch)
        #expect(once.loss == twice.loss && once.gradients == twice.gradients)
        _ = try decoder.accumulateGradients(of: tiny.batch, scale: 1)
        for (name, gradient) in decoder.gradients() {
            #expect(difference(gradient, (once.gradients[name] ?? []).map { 2 * $0 }) < 1e-6, "\(name)")
        }
    }

    @Test("Packed sequences have the losses and gradients that they have one by one", arguments: ["llama", "mistral", "gpt2"])
    func packing(name: String) throws {
        let tiny = try TinyTraining(name), decoder = try tiny.decoder(), packed = tiny.batch
        let together = try decoder.differentiate(packed)
        decoder.parameters.clearGradients()
        var apart = LossSum()
        for (sequence, rows) in zip(packed.sequences, packed.ranges) {
            apart += try decoder.accumulateGradients(
                of: PackedBatch(
                    tokens: Array(packed.tokens[rows]), targets: Array(packed.targets[rows]), weights: Array(packed.weights[rows]),
                    sequences: [sequence]))
        }
        #expect(abs(together.loss.sum - apart.sum) < 1e-5 * apart.sum && together.loss.weight == apart.weight)
        for (name, gradient) in decoder.gradients() { #expect(difference(together.gradients[name] ?? [], gradient) < 1e-5, "\(name)") }
    }

    @Test("Products in bfloat16 change gradients by little", arguments: ["llama", "gemma2", "gpt2"])
    func lowPrecision(name: String) throws {
        let tiny = try TinyTraining(name)
        let exact = try tiny.decoder().differentiate(tiny.batch)
        let rounded = try tiny.decoder(TrainingOptions(precision: .bfloat16)).differentiate(tiny.batch)
        #expect(abs(exact.loss.sum - rounded.loss.sum) < 0.01 * exact.loss.sum)
        let all = exact.gradients.keys.sorted()
        #expect(difference(all.flatMap { rounded.gradients[$0] ?? [] }, all.flatMap { exact.gradients[$0] ?? [] }) < 0.03)
    }

    @Test("A loss without gradients is the same loss, and predictions are the likeliest tokens of the rows that count")
    func losses() throws {
        let tiny = try TinyTraining("llama"), decoder = try tiny.decoder(), batch = tiny.batch
        let loss = try decoder.loss(of: batch)
        #expect(try loss == decoder.accumulateGradients(of: batch))
        #expect(loss.weight == batch.weights.reduce(0) { $0 + Double($1) })
        let logits = try ReferenceModel(tiny.source).logits(batch)
        let likeliest = (0..<logits.rows).filter { batch.weights[$0] > 0 }.map { row in
            logits[row].enumerated().max { $0.element < $1.element }.map { Int32($0.offset) }
        }
        #expect(try decoder.predictions(of: batch) == likeliest)
    }

    @Test("A changed master counts from the next refresh on")
    func refreshing() throws {
        let tiny = try TinyTraining("llama"), decoder = try tiny.decoder(TrainingOptions(precision: .bfloat16))
        let before = try decoder.loss(of: tiny.batch)
        let weights = try #require(decoder.parameters["blk.0.ffn_up.weight"])
        decoder.compute.scale(weights.value, by: 3)
        decoder.refresh()
        #expect(try decoder.loss(of: tiny.batch) != before)
    }

    @Test("Packed tensors stay one parameter, and a tied head is none of its own")
    func names() throws {
        let packed = try TinyTraining("phi3").decoder().parameters
        let whole = try #require(packed["blk.0.attn_qkv.weight"])
        #expect(whole.shape.count == 2 && whole.decays && whole.shape == [whole.value.rows, whole.value.columns])
        #expect(packed["blk.0.attn_norm.weight"]?.decays == false)
        #expect(try TinyTraining("gpt2").decoder().parameters["output.weight"] == nil)
        #expect(try TinyTraining("llama").decoder().parameters["output.weight"] != nil)
    }

    @Test("Batches whose parts do not fit together are refused")
    func badBatches() throws {
        let tiny = try TinyTraining("llama"), decoder = try tiny.decoder()
        func refuses(_ change: (inout PackedBatch) -> Void) -> Bool {
            var batch = tiny.batch
            change(&batch)
            do {
                _ = try decoder.loss(of: batch)
                return false
            } catch {
                return error is any Failure
            }
        }
        #expect(refuses { $0.tokens[3] = 128 })
        #expect(refuses { $0.targets[3] = -1 })
        #expect(refuses { $0.weights[3] = .nan })
        #expect(refuses { $0.weights.removeLast() })
        #expect(refuses { $0.sequences[1].count += 1 })
        #expect(refuses { $0.sequences[1].firstPosition = .max })
    }
}

/// The distance of two vectors in units of the second's length.
func difference(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    let distance = zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    let length = b.reduce(0.0) { $0 + Double($1) * Double($1) }
    return length == 0 ? distance.squareRoot() : (distance / length).squareRoot()
}
