import Foundation

/// The learning rate of each step: up from near zero in a straight line, then along one of three curves.
package struct LearningRateSchedule: Hashable, Sendable {
    package enum Curve: Hashable, Sendable {
        /// The peak from the end of the warm-up on.
        case constant
        /// Half a cosine from the peak down to the last rate.
        case cosine
        /// The peak until so many steps before the end, then a straight line down to the last rate. (Hu et al., MiniCPM, 2024.)
        case stableThenDecay(steps: Int)
    }

    package var curve: Curve
    /// The highest rate.
    package var peak: Double
    /// Steps until the peak is reached; 0: it is there at once.
    package var warmupSteps: Int
    /// The rate after the last step, as a share of the peak.
    package var finalShare: Double
    /// All steps of the training.
    package var steps: Int

    package init(curve: Curve, peak: Double, warmupSteps: Int = 0, finalShare: Double = 0, steps: Int) {
        self.curve = curve
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.finalShare = finalShare
        self.steps = steps
    }

    /// The rate of a step; the first is 0. Beyond the last it stays as it was in the end.
    package func rate(at step: Int) -> Double {
        if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
        switch curve {
        case .constant: return peak
        case .cosine: return between(finalShare, progress(of: step, from: warmupSteps)) { (1 + cos(.pi * $0)) / 2 }
        case .stableThenDecay(let decaySteps):
            return between(finalShare, progress(of: step, from: max(warmupSteps, steps - decaySteps))) { 1 - $0 }
        }
    }

    /// How far a step is on the way from another to the end, 0 to 1.
    private func progress(of step: Int, from first: Int) -> Double {
        guard step > first else { return 0 }
        return min(1, Double(step - first) / Double(max(1, steps - first)))
    }

    /// A rate between the peak, where `share` gives 1, and the last rate, where it gives 0.
    private func between(_ finalShare: Double, _ progress: Double, _ share: (Double) -> Double) -> Double {
        peak * (finalShare + (1 - finalShare) * share(progress))
    }
}
