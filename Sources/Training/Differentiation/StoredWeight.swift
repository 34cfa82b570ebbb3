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

    /// The whole tensor of a declaration, whatever part of it is meant: experts that stay as the files have them one by one, as they need
    /// not lie side by side; all else as one.
    /// - Parameter isTrained: whether it becomes a parameter.
    static func load(_ declaration: WeightDeclarations.Declaration, from source: any ModelSource, isTrained: Bool) throws -> [StoredWeight]
    {
        var whole = declaration
        whole.part = nil
        func parameter(_ value: Tensor, decays: Bool) -> [StoredWeight] {
            [StoredWeight(Parameter(name: whole.name, shape: whole.shape, value: value, decays: decays))]
        }
        switch try WeightLoader.load(whole, from: source) {
        case .numbers(let values):
            return isTrained ? parameter(values, decays: false) : [StoredWeight(frozen: values.matrix, values: values)]
        case .matrix(let matrix):
            return isTrained ? parameter(Tensor(decoding: matrix), decays: true) : [StoredWeight(frozen: matrix, values: nil)]
        case .experts(let experts):
            return isTrained ? parameter(Tensor(decoding: experts), decays: true) : experts.map { StoredWeight(frozen: $0, values: nil) }
        }
    }
}

extension Tensor {
    /// Matrices of one shape, one below the other, as float32.
    fileprivate convenience init(decoding stack: [Matrix]) {
        self.init(rows: stack.reduce(0) { $0 + $1.rows }, columns: stack.first?.columns ?? 0)
        for (place, matrix) in stack.enumerated() {
            Tensor(decoding: matrix).copyRows(0..<matrix.rows, to: self, at: place * matrix.rows)
        }
    }
}

/// A norm's weights, a bias or another small run of numbers, or a part of one.
struct NumbersWeight {
    let value: Tensor
    private let parameter: Parameter?
    /// In all values of the parameter.
    private let part: Range<Int>?

    init(_ stored: StoredWeight, part: Range<Int>?) {
        guard let values = stored.values else { preconditionFailure("numbers are kept as float32") }
        value = part.map(values.values) ?? values
        parameter = stored.parameter
        self.part = part
    }

    private init(_ value: Tensor, _ parameter: Parameter?, part: Range<Int>) {
        (self.value, self.parameter, self.part) = (value, parameter, part)
    }

    /// One row of what are rows of numbers.
    func row(_ row: Int) -> NumbersWeight {
        let start = (part?.lowerBound ?? 0) + row * value.columns
        return NumbersWeight(value.rows(row..<row + 1), parameter, part: start..<start + value.columns)
    }

    var isTrained: Bool { parameter != nil }

    /// Where gradients are added; `nil` where it is not trained.
    var gradient: Tensor? {
        guard let parameter else { return nil }
        return part.map(parameter.gradient.values) ?? parameter.gradient
    }
}
