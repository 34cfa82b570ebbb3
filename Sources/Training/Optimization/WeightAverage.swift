import Tensors

/// The mean of the weights of all steps from some step on: where the rate stays high, it is better than the last of them. (Izmailov et
/// al., Averaging Weights Leads to Wider Optima and Better Generalization, 2018.)
package final class WeightAverage {
    /// How many steps it is of.
    package var steps: Int
    private let averaged: [(parameter: Parameter, mean: Tensor)]
    private let compute: Compute

    /// - Parameter steps: how many steps the means are of that `memory` will be filled with.
    package init(of parameters: ParameterSet, steps: Int = 0, compute: Compute) {
        self.steps = steps
        self.compute = compute
        averaged = parameters.map { ($0, Tensor(rows: $0.value.rows, columns: $0.value.columns)) }
    }

    package var memory: [NamedTensor] { averaged.map { ($0.parameter.name, $0.mean) } }

    /// Takes the present weights in.
    package func add() {
        steps += 1
        let share = 1 / Float(steps)
        for (parameter, mean) in averaged {
            compute.scale(mean, by: 1 - share)
            compute.add(parameter.value, times: share, to: mean)
        }
    }

    /// Exchanges the weights and their means; a second time brings both back.
    package func exchange() {
        for (parameter, mean) in averaged { parameter.value.swapValues(with: mean) }
    }
}
