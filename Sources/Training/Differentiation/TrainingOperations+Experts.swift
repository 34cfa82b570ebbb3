import Models
import Tensors

/// Layers of experts. The gradient goes through the experts that were chosen and, by their weights, to the router; which ones are chosen
/// has none, being the same all around. (Shazeer et al., Outrageously Large Neural Networks, 2017.)
extension TrainingOperations {
    mutating func experts(_ x: Variable, _ layer: ExpertLayer) -> Variable {
        let logits = project(x, [layer.router])[0]
        // No gradient needs the logits themselves, so they may become probabilities.
        let choices = layer.choices(logits.value, compute), inputs = rowGradients(of: x)
        var answers: [ExpertAnswer] = []
        for (expert, choices) in choices.byExpert {
            let input = gather(x, choices.map(\.row), inputs)
            answers.append(ExpertAnswer(choices: choices, rows: answer(of: expert, to: input, layer)))
        }
        return weightedSum(answers, logits, layer.routing)
    }

    private mutating func answer(of expert: Int, to x: Variable, _ layer: ExpertLayer) -> Variable {
        let first = multiply(x, [linear(layer.gate, expert), linear(layer.up, expert)])
        return multiply(gate(first[0], first[1], layer.activation), [linear(layer.down, expert)])[0]
    }

    private func linear(_ stack: ExpertLayer.Stack, _ expert: Int) -> LinearLayer {
        LinearLayer(weight: weights.experts(stack.weights)[expert], bias: stack.biases.map { weights.numbers($0).row(expert) })
    }

    /// What all experts have answered, times their weights.
    private func weightedSum(_ answers: [ExpertAnswer], _ logits: Variable, _ routing: ExpertLayer.Routing) -> Variable {
        let sum = workspace.tensor(logits.value.rows, answers.first?.rows.value.columns ?? 0)
        sum.clear()
        for answer in answers {
            for (place, choice) in answer.choices.enumerated() {
                compute.add(row: place, of: answer.rows.value, times: choice.weight, toRow: choice.row, of: sum)
            }
        }
        let isNeeded = logits.gradient != nil || answers.contains { $0.rows.gradient != nil }
        return result(sum, isNeeded: isNeeded) { [workspace] gradient in
            for answer in answers { answer.addGradient(gradient, workspace) }
            if let sum = logits.gradient {
                sum.add(RoutingGradient(logits.value, routing, answers, workspace).ofLogits(gradient), workspace)
            }
        }
    }
}

/// What one expert made of the rows that were sent to it.
private struct ExpertAnswer {
    let choices: [ExpertChoice]
    /// A row for each choice.
    let rows: Variable

    /// Hands the answer its part of the gradient of the weighted sum.
    func addGradient(_ gradient: Tensor, _ workspace: Workspace) {
        guard let sum = rows.gradient else { return }
        let part = workspace.tensor(like: rows.value)
        part.clear()
        for (place, choice) in choices.enumerated() {
            workspace.compute.add(row: choice.row, of: gradient, times: choice.weight, toRow: place, of: part)
        }
        sum.add(part, workspace)
    }
}

/// From the gradient of the weighted sum to that of the router's logits.
private struct RoutingGradient {
    /// `[rows, experts]`: the softmax that the weights are taken from, over all experts or over those that were chosen.
    private let shares: Tensor
    private let answers: [ExpertAnswer]
    private let workspace: Workspace

    /// - Parameter scores: the logits, or the probabilities where the softmax is over all experts.
    init(_ scores: Tensor, _ routing: ExpertLayer.Routing, _ answers: [ExpertAnswer], _ workspace: Workspace) {
        (self.answers, self.workspace) = (answers, workspace)
        if case .softmaxOverAll(normalised: false) = routing {
            shares = scores
        } else {
            // Probabilities that are divided by their sum are the softmax over the chosen ones.
            shares = workspace.tensor(like: scores)
            shares.clear()
            for choice in answers.flatMap(\.choices) { shares[choice.row, choice.expert] = choice.weight }
        }
    }

    /// `dlₑ = pₑ · (dwₑ - Σ p · dw)`, where `dwₑ` is the product of the sum's gradient with what the expert answered, and 0 for one that was
    /// not chosen.
    func ofLogits(_ gradient: Tensor) -> Tensor {
        let logits = workspace.tensor(like: shares)
        logits.clear()
        for answer in answers {
            for (place, choice) in answer.choices.enumerated() {
                logits[choice.row, choice.expert] = product(gradient, choice.row, answer.rows.value, place)
            }
        }
        for row in 0..<logits.rows {
            let mean = product(shares, row, logits, row)
            for expert in 0..<logits.columns { logits[row, expert] = shares[row, expert] * (logits[row, expert] - mean) }
        }
        return logits
    }

    private func product(_ a: Tensor, _ row: Int, _ b: Tensor, _ other: Int) -> Float {
        a.withRow(row) { a in b.withRow(other) { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
    }
}
