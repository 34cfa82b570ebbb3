import Tensors

/// A value on the way from the parameters to the loss.
package struct Variable {
    package let value: Tensor
    /// Gathers what later operations say about the gradient; `nil` where nothing that is trained lies behind the value, or where no tape
    /// runs.
    package let gradient: GradientSum?

    package init(value: Tensor, gradient: GradientSum? = nil) {
        self.value = value
        self.gradient = gradient
    }
}

/// The gradient of a value, summed over the operations that used it.
///
/// The first part is kept as it comes, without a copy: several sums may share one tensor, as the two sides of an addition do. It is
/// written to only once no one else holds it.
package final class GradientSum {
    private var sum: Tensor?

    package init() {}

    /// Adds a part; whoever passes it on must not write to it afterwards.
    package func add(_ part: Tensor, _ workspace: Workspace) {
        guard var present = sum else { return sum = part }
        sum = nil
        if !isKnownUniquelyReferenced(&present) { present = workspace.copy(present) }
        workspace.compute.add(part, to: present)
        sum = present
    }

    /// Hands the sum out and forgets it; `nil` if no operation depended on the value.
    package func take() -> Tensor? {
        defer { sum = nil }
        return sum
    }
}

/// Where operations compute and where their tensors come from: memory that was given back is used again, so that training allocates
/// nothing after its first step.
package struct Workspace {
    package let compute: Compute
    package let tensors = TensorPool()

    package init(compute: Compute) {
        self.compute = compute
    }

    /// A tensor whose contents are undefined.
    package func tensor(_ rows: Int, _ columns: Int) -> Tensor { tensors.make(rows: rows, columns: columns) }

    /// The same of another's shape.
    package func tensor(like other: Tensor) -> Tensor { tensor(other.rows, other.columns) }

    /// Lends the transpose of a tensor, as weights, for as long as `body` runs.
    package func withTransposed(_ x: Tensor, as type: StorageType, _ body: (Matrix) -> Void) {
        let memory = tensor(x.columns, type == .bf16 ? (x.rows + 1) / 2 : x.rows)
        let turned = memory.matrix(as: type, rows: x.columns, columns: x.rows)
        compute.transpose(x, into: turned)
        body(turned)
        withExtendedLifetime(memory) {}
    }

    package func copy(_ x: Tensor) -> Tensor {
        let copy = tensor(like: x)
        x.copyRows(0..<x.rows, to: copy)
        return copy
    }
}
