import Attention
import Models
import Tensors

extension TrainingOperations {
    /// Queries and keys are turned in float32 whatever the precision of products: in bfloat16, scores would depend on where in the text
    /// both stand. (Wang et al., When Precision Meets Position, 2024.) They are turned in place: no gradient needs what they were before.
    mutating func attend(query: Variable, key: Variable, value: Variable, layer: Int) -> Variable {
        let settings = context.attention[layer], attention = settings.attention
        let queries = query.value, keys = key.value, values = value.value
        turn([queries, keys], settings.angles)
        let (outputs, logSumExp) = compute.attendTraining(
            queries: queries, keys: keys, values: values, attention, tensors: workspace.tensors)
        let isNeeded = [query, key, value].contains { $0.gradient != nil } || settings.sinks?.isTrained ?? false
        return result(outputs, isNeeded: isNeeded) { [self] gradient in
            let gradients = compute.attendTrainingGradient(
                queries: queries, keys: keys, values: values, outputs: outputs, logSumExp: logSumExp, outputGradient: gradient, attention,
                tensors: workspace.tensors)
            turn([gradients.queries, gradients.keys], settings.angles, inverse: true)
            query.gradient?.add(gradients.queries, workspace)
            key.gradient?.add(gradients.keys, workspace)
            value.gradient?.add(gradients.values, workspace)
            if let sum = settings.sinks?.gradient, let logits = attention.rule.sinkLogits {
                let part = compute.sinkGradient(logits, outputs: outputs, logSumExp: logSumExp, outputGradient: gradient)
                compute.add(Tensor(rows: 1, columns: part.count, part), to: sum)
            }
        }
    }

    /// Turns each head of each row by the angles of the row's position, or back; the gradient of turning is turning back.
    private func turn(_ tensors: [Tensor], _ angles: TokenAngles?, inverse: Bool = false) {
        guard let angles else { return }
        for x in tensors {
            compute.rotate(x, heads: x.columns / context.configuration.keyDim, by: angles, inverse: inverse, into: x)
        }
    }
}
