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
    }

    let parameters: ParameterSet
    /// Weights with adapters.
    let adapted: [AdaptedWeight]
    private let entries: [Entry]
    private let linear: [LinearWeight]

    /// - Throws: `ModelError` for tensors that are absent or of another shape or type, `DifferentiationError` for parts that have no gradient.
    init(
        _ declarations: [WeightDeclarations.Declaration], source: any ModelSource, options: TrainingOptions
    ) throws {
        var tensors: [String: StoredWeight] = [:], names: [String] = []
        var adapters = try options.adapters.map { try AdapterFactory($0, declarations) }
        entries = try declarations.map { declaration in
            if tensors[declaration.name] == nil { names.append(declaration.name) }
            let stored =
                try tensors[declaration.name] ?? StoredWeight.load(declaration, from: source, isTrained: options.adapters == nil)
            tensors[declaration.name] = stored
            switch declaration.form {
            case .numbers: return .numbers(NumbersWeight(stored, part: declaration.part))
            case .matrix:
                let adapter = adapters?.adapter(for: declaration, precision: options.precision)
                return .matrix(LinearWeight(stored, part: declaration.part, adapter: adapter, precision: options.precision))
            case .experts: preconditionFailure("experts are refused when they are loaded")
            }
        }
        linear = entries.compactMap { if case .matrix(let weight) = $0 { weight } else { nil } }
        adapted = adapters?.adapted(tensors) ?? []
        parameters = ParameterSet(adapters?.parameters ?? names.compactMap { tensors[$0]?.parameter })
    }

    func matrix(_ weight: Weight) -> LinearWeight {
        guard case .matrix(let matrix) = entries[weight.index] else { preconditionFailure("the weight was not declared as a matrix") }
        return matrix
    }

    func numbers(_ weight: Weight) -> NumbersWeight {
        guard case .numbers(let numbers) = entries[weight.index] else { preconditionFailure("the weight was not declared as numbers") }
        return numbers
    }

    /// Marks all copies of masters as out of date.
    func refresh() {
        for weight in linear { weight.refresh() }
    }
}
