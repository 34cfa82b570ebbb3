import ApusTesting
import Foundation
import ModelFiles
import Models
import Tensors

@testable import Training

/// Tiny models in training, and what the reference pass knows of the same ones.
struct TinyTraining {
    let source: any ModelSource
    let checkpoint: TinyCheckpoint

    init(_ name: String) throws {
        checkpoint = try TinyCheckpoint(named: name)
        let folder = try TemporaryFolder()
        let checkpoint = checkpoint
        source = try withExtendedLifetime(folder) {
            try checkpoint.write(to: folder.path)
            return try HuggingFaceSource(HuggingFaceFolder(path: folder.path))
        }
    }

    func decoder(_ options: TrainingOptions = TrainingOptions(precision: .float32), threads: Int = 2) throws -> TrainedDecoder {
        try TrainedDecoder(source: source, compute: Compute(pool: WorkerPool(threads: threads)), options: options)
    }

    /// Two sequences, the second of which begins farther out; some targets count half or not at all.
    var batch: PackedBatch {
        var batch = PackedBatch()
        batch.append(checkpoint.tokens[0..<20], weights: (0..<19).map { [1, 0.5, 0][$0 % 3] })
        batch.append(checkpoint.tokens[20..<28], firstPosition: 9)
        return batch
    }
}

/// Gradients by name.
extension TrainedDecoder {
    func gradients() -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.gradient.array) })
    }

    /// The loss of a batch and its gradients, from zero.
    func differentiate(_ batch: PackedBatch) throws -> (loss: LossSum, gradients: [String: [Float]]) {
        parameters.clearGradients()
        let loss = try accumulateGradients(of: batch)
        return (loss, gradients())
    }
}

/// Derivatives of a loss along random directions, by the gradients that are to be tested and by differences.
struct DirectionalDerivatives {
    /// All parameters of the loss, in double precision.
    let values: [String: [Double]]
    let gradients: [String: [Float]]
    let loss: ([String: [Double]]) throws -> Double

    private static let step = 1e-6

    /// How far both derivatives along a direction in the named parameters are apart, in units of what one parameter adds to them.
    func error(along names: [String], seed: UInt64) throws -> Double {
        let norms = gradients.mapValues { $0.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        let floor = (norms.values.max() ?? 0) * 1e-3
        var generator = SeededGenerator(seed: seed), expected = 0.0, forward = values, backward = values
        for name in names.sorted() {
            let gradient = gradients[name] ?? [], size = max(norms[name] ?? 0, floor, .leastNormalMagnitude)
            let direction = gradient.map { _ in Double(generator.normal()) / size }
            expected += zip(gradient, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
            forward[name] = zip(values[name] ?? [], direction).map { $0 + Self.step * $1 }
            backward[name] = zip(values[name] ?? [], direction).map { $0 - Self.step * $1 }
        }
        let difference = try (loss(forward) - loss(backward)) / (2 * Self.step)
        return abs(difference - expected) / Double(names.count).squareRoot()
    }
}
