import ModelFiles
import Models
import Tensors

/// One tensor of a model: a parameter, or numbers that stay as the files have them.
final class StoredWeight {
    let parameter: Parameter?
    /// All rows: the float32 master itself, or the file's type.
    let table: Matrix
    /// All numbers as float32; `nil` for matrices that stay as the files have them.
    let values: Tensor?

    init(_ parameter: Parameter) {
        self.parameter = parameter
        table = parameter.value.matrix
        values = parameter.value
    }

    private init(frozen table: Matrix, values: Tensor?) {
        parameter = nil
        self.table = table
        self.values = values
    }

    /// The whole tensor of a declaration, whatever part of it is meant.
    /// - Parameter isTrained: whether it becomes a parameter.
    static func load(_ declaration: WeightDeclarations.Declaration, from source: any ModelSource, isTrained: Bool) throws -> StoredWeight {
        var whole = declaration
        whole.part = nil
        switch try WeightLoader.load(whole, from: source) {
        case .numbers(let values):
            guard isTrained else { return StoredWeight(frozen: values.matrix, values: values) }
            return StoredWeight(Parameter(name: whole.name, shape: whole.shape, value: values, decays: false))
        case .matrix(let matrix):
            guard isTrained else { return StoredWeight(frozen: matrix, values: nil) }
            return StoredWeight(Parameter(name: whole.name, shape: whole.shape, value: Tensor(decoding: matrix), decays: true))
        case .experts:
            throw DifferentiationError.notTrainable(
                architecture: source.metadata.string("general.architecture") ?? "", part: "experts")
        }
    }
}

/// A norm's weights, a bias or another small run of numbers, or a part of one.
struct NumbersWeight {
    let value: Tensor
    private let parameter: Parameter?
    private let part: Range<Int>?

    init(_ stored: StoredWeight, part: Range<Int>?) {
        guard let values = stored.values else { preconditionFailure("numbers are kept as float32") }
        value = part.map(values.values) ?? values
        parameter = stored.parameter
        self.part = part
    }

    var isTrained: Bool { parameter != nil }

    /// Where gradients are added; `nil` where it is not trained.
    var gradient: Tensor? {
        guard let parameter else { return nil }
        return part.map(parameter.gradient.values) ?? parameter.gradient
    }
}
