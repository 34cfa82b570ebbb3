import Attention
import Models
import Tensors

extension TrainingOperations {
    /// Queries and keys are turned in float32 whatever the precision of products: in bfloat16, scores would depend on where in the text
    /// both stand. (Wang et al., When Precision Meets Position, 2024.) They are turned in place: no gradient needs what they were before.
    mutating func attend(query: Variable, key: Variable, value: Variable, layer: Int) -> Variable {
        let settings = context.attention[layer]
        turn([query.value, key.value], settings.angles)
        return switch settings.form {
        case .exact(let attention): attend(query, key, value, attention, settings)
        case .linear(let sequences): attendLinearly(query, key, value, sequences, settings.angles)
        }
    }

    private func attend(
        _ query: Variable, _ key: Variable, _ value: Variable, _ attention: PackedAttention, _ settings: TrainingContext.LayerAttention
    ) -> Variable {
        let queries = query.value, keys = key.value, values = value.value
        let (outputs, logSumExp) = compute.attendTraining(
            queries: queries, keys: keys, values: values, attention, tensors: workspace.tensors)
        let numbers = [settings.sinks, settings.biases?.table]
        let isNeeded = [query, key, value].contains { $0.gradient != nil } || numbers.contains { $0?.isTrained ?? false }
        return result(outputs, isNeeded: isNeeded) { [self] gradient in
            let gradients = compute.attendTrainingGradient(
                queries: queries, keys: keys, values: values, outputs: outputs, logSumExp: logSumExp, outputGradient: gradient, attention,
                tensors: workspace.tensors)
            settle(gradients, query, key, value, settings.angles)
            if let biases = settings.biases, let sum = biases.table.gradient, let lists = gradients.distanceBiases {
                biases.buckets.add(lists, to: sum)
            }
            if let sum = settings.sinks?.gradient, let logits = attention.rule.sinkLogits {
                let part = compute.sinkGradient(logits, outputs: outputs, logSumExp: logSumExp, outputGradient: gradient)
                compute.add(Tensor(rows: 1, columns: part.count, part), to: sum)
            }
        }
    }

    private func attendLinearly(
        _ query: Variable, _ key: Variable, _ value: Variable, _ sequences: [Range<Int>], _ angles: TokenAngles?
    ) -> Variable {
        let attention = LinearAttention(
            queries: query.value, keys: key.value, values: value.value, sequences: sequences, heads: context.configuration.heads)
        let outputs = attention.outputs(compute, tensors: workspace.tensors)
        return result(outputs, isNeeded: [query, key, value].contains { $0.gradient != nil }) { [self] gradient in
            let gradients = attention.gradient(outputs: outputs, outputGradient: gradient, compute, tensors: workspace.tensors)
            settle(gradients, query, key, value, angles)
        }
    }

    /// Hands the gradients of what attention read to where it came from.
    private func settle(
        _ gradients: PackedAttentionGradient, _ query: Variable, _ key: Variable, _ value: Variable, _ angles: TokenAngles?
    ) {
        turn([gradients.queries, gradients.keys], angles, inverse: true)
        query.gradient?.add(gradients.queries, workspace)
        key.gradient?.add(gradients.keys, workspace)
        value.gradient?.add(gradients.values, workspace)
    }

    /// Turns each head of each row by the angles of the row's position, or back; the gradient of turning is turning back.
    private func turn(_ tensors: [Tensor], _ angles: TokenAngles?, inverse: Bool = false) {
        guard let angles else { return }
        for x in tensors {
            compute.rotate(x, heads: x.columns / context.configuration.keyDim, by: angles, inverse: inverse, into: x)
        }
    }
}
