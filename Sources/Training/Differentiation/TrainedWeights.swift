import ModelFiles
import Models
import Tensors

/// The weights of a decoder in training, by the index of their declaration.
///
/// Declarations of parts of one tensor, and a head that is the embedding again, share one parameter, so that a model is saved under the
/// names that it was loaded by.
struct TrainedWeights {
    private enum Entry {
        case matrix(LinearWeight)
        case numbers(NumbersWeight)
        case experts([LinearWeight])

        var linear: [LinearWeight] {
            switch self {
            case .matrix(let weight): [weight]
            case .numbers: []
            case .experts(let weights): weights
            }
        }
    }

    let parameters: ParameterSet
    /// Weights with adapters.
    let adapted: [AdaptedWeight]
    private let entries: [Entry]
    private let linear: [LinearWeight]

    /// - Throws: `ModelError` for tensors that are absent or of another shape or type, `DifferentiationError` for adapters that cannot be made.
    init(
        _ declarations: [WeightDeclarations.Declaration], source: any ModelSource, options: TrainingOptions
    ) throws {
        var tensors: [String: [StoredWeight]] = [:], names: [String] = []
        var adapters = try options.adapters.map { try AdapterFactory($0, declarations) }
        entries = try declarations.map { declaration in
            if tensors[declaration.name] == nil { names.append(declaration.name) }
            let isTrained = options.adapters == nil && !options.frozen.contains(declaration.name)
            let stored = try tensors[declaration.name] ?? StoredWeight.load(declaration, from: source, isTrained: isTrained)
            tensors[declaration.name] = stored
            switch declaration.form {
            case .numbers: return .numbers(NumbersWeight(stored[0], part: declaration.part))
            case .matrix:
                let adapter = adapters?.adapter(for: declaration, precision: options.precision)
                return .matrix(LinearWeight(stored[0], part: declaration.part, adapter: adapter, precision: options.precision))
            case .experts:
                return .experts(Self.experts(declaration, stored, &adapters, options.precision))
            }
        }
        linear = entries.flatMap(\.linear)
        adapted = adapters?.adapted(tensors) ?? []
        parameters = ParameterSet(adapters?.parameters ?? names.compactMap { tensors[$0]?[0].parameter })
    }

    /// The matrices of experts: parts of one parameter, or each as its file has it.
    private static func experts(
        _ declaration: WeightDeclarations.Declaration, _ stored: [StoredWeight], _ adapters: inout AdapterFactory?,
        _ precision: TrainingOptions.Precision
    ) -> [LinearWeight] {
        let rows = declaration.shape[1]
        return (0..<declaration.shape[0]).map { expert in
            let adapter = adapters?.adapter(for: declaration, expert: expert, precision: precision)
            guard stored.count == 1 else { return LinearWeight(stored[expert], adapter: adapter, precision: precision) }
            return LinearWeight(stored[0], part: expert * rows..<(expert + 1) * rows, adapter: adapter, precision: precision)
        }
    }

    func matrix(_ weight: Weight) -> LinearWeight {
        guard case .matrix(let matrix) = entries[weight.index] else { preconditionFailure("the weight was not declared as a matrix") }
        return matrix
    }

    func numbers(_ weight: Weight) -> NumbersWeight {
        guard case .numbers(let numbers) = entries[weight.index] else { preconditionFailure("the weight was not declared as numbers") }
        return numbers
    }

    /// One matrix for each expert.
    func experts(_ weight: Weight) -> [LinearWeight] {
        guard case .experts(let experts) = entries[weight.index] else { preconditionFailure("the weight was not declared as experts") }
        return experts
    }

    /// Marks all copies of masters as out of date.
    func refresh() {
        for weight in linear { weight.refresh() }
    }
}
