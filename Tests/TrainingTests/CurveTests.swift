import ApusTesting
import Foundation
import Tensors
import Testing

@testable import Training

@Suite("Losses over 20 steps, held to PyTorch")
struct CurveTests {
    /// What `Scripts/make-training-goldens.py` wrote.
    struct Goldens: Decodable {
        struct Curve: Decodable {
            let name: String
            let losses: [Double]
            /// Sequences of each batch; batches take turns.
            let batches: [[[Int32]]]
        }

        let rate: Double
        let betas: [Double]
        let epsilon: Double
        let decay: Double
        let curves: [Curve]

        static func load() throws -> Goldens {
            try JSONDecoder().decode(
                Goldens.self, from: Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("training/curves.json"))))
        }
    }

    @Test("AdamW takes the models along the same curve", arguments: ["llama", "gpt2", "gemma2"])
    func curve(name: String) throws {
        let goldens = try Goldens.load(), golden = try #require(goldens.curves.first { $0.name == name })
        let decoder = try TinyTraining(name).decoder(), compute = decoder.compute
        let moments = decoder.parameters.map { parameter in
            (0..<2).map { _ in Tensor(rows: parameter.value.rows, columns: parameter.value.columns) }
        }
        for (index, expected) in golden.losses.enumerated() {
            var batch = PackedBatch()
            for sequence in golden.batches[index % golden.batches.count] { batch.append(sequence) }
            decoder.parameters.clearGradients()
            let loss = try decoder.accumulateGradients(of: batch, scale: 1 / Float(batch.tokens.count))
            #expect(abs(loss.mean / expected - 1) < 1e-5, "step \(index): \(loss.mean) instead of \(expected)")
            let corrections = goldens.betas.map { Float(1 - pow($0, Double(index + 1))) }
            for (parameter, moments) in zip(decoder.parameters, moments) {
                let step = AdamWStep(
                    rate: Float(goldens.rate), beta1: Float(goldens.betas[0]), beta2: Float(goldens.betas[1]),
                    epsilon: Float(goldens.epsilon), decay: parameter.decays ? Float(goldens.decay) : 0, correction1: corrections[0],
                    correction2: corrections[1])
                compute.adamW(value: parameter.value, gradient: parameter.gradient, first: moments[0], second: moments[1], step)
            }
            decoder.refresh()
        }
    }
}
