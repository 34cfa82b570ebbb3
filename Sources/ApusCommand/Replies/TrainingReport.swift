import Training

/// What `apus train` did.
struct TrainingReport {
    private let report: TrainingRun.Report

    init(_ report: TrainingRun.Report) { self.report = report }

    private var outcome: TrainingOutcome { report.outcome }

    var json: JSON {
        [
            "output": .string(report.folder), "steps": .integer(outcome.steps), "total_steps": .integer(outcome.totalSteps),
            "tokens": .integer(outcome.tokens), "seconds": .number(outcome.seconds),
            "tokens_per_second": JSON(outcome.tokensPerSecond, JSON.number), "parameters": .integer(report.parameters),
            "loss": JSON(outcome.loss, JSON.number), "held_out_loss": JSON(outcome.heldOutLoss, JSON.number),
            "held_out_bits_per_byte": JSON(report.heldOutBitsPerByte, JSON.number), "exports": .strings(report.exports),
        ]
    }

    var note: String {
        let heldOut = outcome.heldOutLoss.map { ", held out \(Formatting.decimal($0, digits: 3))" } ?? ""
        let bits = report.heldOutBitsPerByte.map { " (\(Formatting.decimal($0, digits: 3)) bits a byte)" } ?? ""
        let loss = outcome.loss.map { Formatting.decimal($0, digits: 3) } ?? "unknown"
        let time = Formatting.duration(seconds: outcome.seconds)
        let made = report.exports.isEmpty ? "" : "; wrote " + report.exports.joined(separator: ", ")
        return "\(report.folder): \(Formatting.count(outcome.steps)) steps in \(time), loss \(loss)\(heldOut)\(bits)\(made)"
    }

    /// What Ctrl-C left, and how to go on.
    func stopped(recipe: String) -> StoppedEarly {
        guard outcome.steps > 0 else { return StoppedEarly(description: "interrupted before the first step was made") }
        return StoppedEarly(
            description: "interrupted; \(report.folder) keeps \(Formatting.count(outcome.steps)) of "
                + "\(Formatting.count(outcome.totalSteps)) steps, and `apus train \(recipe) --resume` goes on from there")
    }
}
