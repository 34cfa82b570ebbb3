/// Finds the minimum of a smooth convex function by its gradients. (Liu and Nocedal, On the limited memory BFGS method, 1989.)
struct QuasiNewton {
    /// Steps that are remembered to guess the curvature by.
    private static let memory = 10
    /// What a step has to gain of what its slope promises.
    private static let sufficientGain = 1e-4
    private static let mostHalvings = 40

    var mostSteps = 500
    /// The largest component of the gradient at which it is enough.
    var tolerance = 1e-7

    private struct Step {
        let move: [Double]
        let turn: [Double]
        let curvature: Double
    }

    /// - Parameter evaluate: the function's value and gradient at a point.
    func minimum(from start: [Double], _ evaluate: ([Double]) throws -> (value: Double, gradient: [Double])) rethrows -> [Double] {
        var point = start, (value, gradient) = try evaluate(start), steps: [Step] = []
        for _ in 0..<mostSteps where gradient.contains(where: { abs($0) > tolerance }) {
            let direction = Self.direction(gradient, steps), slope = direction.dot(gradient)
            guard slope < 0 else { break }
            var length = steps.isEmpty ? min(1, 1 / gradient.dot(gradient).squareRoot()) : 1, next = point, found: (Double, [Double])?
            for _ in 0..<Self.mostHalvings where found == nil {
                next = point.adding(direction, times: length)
                let there = try evaluate(next)
                if there.value <= value + Self.sufficientGain * length * slope { found = there } else { length /= 2 }
            }
            // Where no step gains anything, rounding is all that is left.
            guard let (nextValue, nextGradient) = found else { break }
            let move = next.adding(point, times: -1), turn = nextGradient.adding(gradient, times: -1), curvature = move.dot(turn)
            if curvature > 1e-14 { steps = steps.suffix(Self.memory - 1) + [Step(move: move, turn: turn, curvature: curvature)] }
            (point, value, gradient) = (next, nextValue, nextGradient)
        }
        return point
    }

    /// Down the gradient, turned and stretched by the curvature that the last steps have shown.
    private static func direction(_ gradient: [Double], _ steps: [Step]) -> [Double] {
        var direction = gradient.map { -$0 }, shares: [Double] = []
        for step in steps.reversed() {
            let share = step.move.dot(direction) / step.curvature
            shares.append(share)
            direction = direction.adding(step.turn, times: -share)
        }
        if let last = steps.last {
            let scale = last.curvature / last.turn.dot(last.turn)
            direction = direction.map { $0 * scale }
        }
        for (step, share) in zip(steps, shares.reversed()) {
            direction = direction.adding(step.move, times: share - step.turn.dot(direction) / step.curvature)
        }
        return direction
    }
}

extension [Double] {
    func dot(_ other: [Double]) -> Double {
        var sum = 0.0
        for index in indices { sum += self[index] * other[index] }
        return sum
    }

    func adding(_ other: [Double], times factor: Double) -> [Double] {
        var result = self
        for index in result.indices { result[index] += other[index] * factor }
        return result
    }
}
