import Diagnostics
import Training

/// Models of several kinds that are trained one after the other, each in a folder of its own below one folder, and compared.
struct TrainingComparison {
    let output: String
    let restart: Bool
    let notes: Notes

    /// - Parameter score: trains one kind and tests it; nil where somebody asked to stop.
    /// - Throws: `StoppedEarly` then.
    func scores<Kind, Score>(
        of kinds: [Kind], _ score: (Kind, TrainingBeginning, @escaping ProgressHandler) throws -> Score?
    ) throws -> [Score] {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        return try kinds.map { kind in
            guard let score = try score(kind, restart ? .restart : .resume, display.handler) else {
                throw StoppedEarly(description: "interrupted; the same command goes on from the last step in \(output)")
            }
            return score
        }
    }
}
