import CKernels

extension Compute {
    /// The gradient of `activate`, given x as it was before; `inputGradient` may be either of the others.
    package func activateGradient(_ x: Tensor, _ activation: Activation, outputGradient: Tensor, into inputGradient: Tensor) {
        requireSameShape(x, outputGradient)
        requireSameShape(x, inputGradient)
        forEachRun(of: x.count) { run in
            let start = run.lowerBound
            kernels.gradients.activate(
                activation.function, x.values + start, outputGradient.values + start, run.count, inputGradient.values + start)
        }
    }

    /// The gradients of `gate`; they may be written over `gate` and `up`.
    package func gateGradient(
        _ activation: GatedActivation, gate: Tensor, up: Tensor, outputGradient: Tensor, gateGradient: Tensor, upGradient: Tensor
    ) {
        for other in [up, outputGradient, gateGradient, upGradient] { requireSameShape(gate, other) }
        forEachRun(of: gate.count) { run in
            let start = run.lowerBound, (gate, up, ahead) = (gate.values + start, up.values + start, outputGradient.values + start)
            let (gateGradient, upGradient) = (gateGradient.values + start, upGradient.values + start)
            switch activation {
            case .plain(let activation):
                kernels.gradients.gate(activation.function, gate, up, ahead, run.count, gateGradient, upGradient)
            case .clamped(let limit, let slope):
                kernels.gradients.gate_clamped(gate, up, ahead, run.count, limit, slope, gateGradient, upGradient)
            }
        }
    }

    /// The gradient of `clamp`, given x as it was before: values beyond the bounds have none.
    package func clampGradient(_ x: Tensor, limit: Float, outputGradient: Tensor, into inputGradient: Tensor) {
        requireSameShape(x, outputGradient)
        requireSameShape(x, inputGradient)
        forEachRun(of: x.count) { run in
            for index in run { inputGradient.values[index] = abs(x.values[index]) < limit ? outputGradient.values[index] : 0 }
        }
    }

    /// The gradient of `softCap` in place, given its result.
    package func softCapGradient(_ capped: Tensor, _ cap: Float, gradient: Tensor) {
        requireSameShape(capped, gradient)
        forEachRun(of: capped.count) { run in
            kernels.gradients.soft_cap(cap, capped.values + run.lowerBound, run.count, gradient.values + run.lowerBound)
        }
    }
}
