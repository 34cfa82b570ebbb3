import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import Training

@Suite("The trainer")
struct TrainerTests {
    private let place: TemporaryFolder

    init() throws { place = try TemporaryFolder() }

    private func training(_ name: String) -> ToyTraining { ToyTraining(in: place.file(name)) }

    /// What the metrics file holds, but for the clock's part.
    private func metrics(_ training: ToyTraining) throws -> [TrainingMetrics] {
        try String(contentsOfFile: training.folder.metricsFile, encoding: .utf8).split(separator: "\n").map {
            try #require(TrainingMetrics(line: Array($0.utf8), path: "metrics")).timeless
        }
    }

    @Test("The loss falls, and metrics, checkpoint and curve are there in the end")
    func whole() throws {
        let training = training("whole")
        let (outcome, model) = try training.run()
        #expect(outcome.isComplete && outcome.steps == 40 && outcome.tokens == 40 * 18)
        #expect(outcome.metrics.count == 40 && outcome.metrics.map(\.step) == Array(1...40))
        let losses = outcome.metrics.compactMap(\.heldOutLoss)
        #expect(losses.count == 10 && losses[9] < losses[0])
        #expect(try metrics(training) == outcome.metrics.map(\.timeless))
        #expect(training.folder.checkpoints.map(\.step) == [40])
        #expect(try String(contentsOfFile: training.folder.curveFile, encoding: .utf8).hasPrefix("<svg"))
        #expect(model.refreshes == 41, "one for each step, and one for the average")
    }

    @Test("Interrupted at any step and within one, and resumed, it comes to the same bits", arguments: [false, true])
    func resumed(usesMuon: Bool) throws {
        var whole = training("whole"), broken = training("broken")
        (whole.usesMuon, broken.usesMuon) = (usesMuon, usesMuon)
        let (outcome, model) = try whole.run()
        var random = SeededGenerator(seed: 11), runs = 0
        var last: (outcome: TrainingOutcome, model: ToyModel)?
        while last?.outcome.isComplete != true {
            let cancellation = Cancellation(), interrupted = ToyModel()
            let part = Int.random(in: 1...20, using: &random)
            interrupted.beforePart = { if $0 == part { cancellation.cancel() } }
            last = try broken.run(.resume, model: interrupted, cancellation: cancellation)
            runs += 1
        }
        #expect(runs > 5)
        #expect(last?.model.values == model.values)
        #expect(try metrics(broken) == metrics(whole))
        #expect(last?.outcome.averagedHeldOutLoss == outcome.averagedHeldOutLoss)
    }

    @Test("Killed between checkpoints, with a half-written one beside it, it comes to the same bits")
    func killed() throws {
        let whole = training("whole"), killed = training("killed")
        let (_, model) = try whole.run()
        // A run that is thrown away while it goes on leaves what a killed process leaves: metrics beyond the checkpoint.
        #expect(throws: Killed.self) {
            try killed.run(model: dying(at: 3 * 20))
        }
        #expect(killed.folder.checkpoints.map(\.step) == [18])
        #expect(try metrics(killed).count == 20)
        let partial = killed.folder.file(".checkpoint-24.x.partial")
        try FileManager.default.copyItem(atPath: killed.folder.checkpoints[0].path, toPath: partial)
        try FileHandle(forWritingTo: URL(fileURLWithPath: partial + "/weights.safetensors")).truncate(atOffset: 40)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: killed.folder.metricsFile))
        try log.seekToEnd()
        try log.write(contentsOf: Data(#"{"step": 21, "lo"#.utf8))
        let (outcome, resumed) = try killed.run(.resume)
        #expect(outcome.isComplete && resumed.values == model.values)
        #expect(try metrics(killed) == metrics(whole))
        #expect(!FileManager.default.fileExists(atPath: partial))
    }

    private struct Killed: Error {}

    private func dying(at part: Int) -> ToyModel {
        let model = ToyModel()
        model.beforePart = { if $0 == part { model.dies = Killed() } }
        return model
    }

    @Test("A loss or a gradient that is no number stops with its step, and the checkpoint before stays")
    func notFinite() throws {
        var training = training("nan")
        training.stream.breaksAt = 15
        #expect(throws: TrainingError.notFinite(.loss, step: 15, saved: 12, folder: training.folder.path)) { try training.run() }
        #expect(training.folder.checkpoints.map(\.step) == [12])
        training.stream.breaksAt = nil
        #expect(try training.run(.resume).outcome.isComplete)
    }

    @Test("Two trainings do not write into one folder")
    func locked() throws {
        let training = training("locked")
        let lock = try training.folder.lock()
        #expect(throws: TrainingError.beingWritten(folder: training.folder.path)) { try training.run() }
        withExtendedLifetime(lock) {}
    }

    @Test("A training that is there is kept unless one says to go on or to begin anew, and goes on only with the same settings")
    func beginnings() throws {
        var training = training("there")
        training.stopsAfter = 7
        let (first, _) = try training.run()
        #expect(first.steps == 7 && !first.isComplete && training.folder.trainedSteps == 7)
        #expect(throws: TrainingError.alreadyThere(folder: training.folder.path, step: 7)) { try training.run() }
        training.settings = ["optimizer.rate": "0.06"]
        #expect(
            throws: TrainingError.otherRecipe(folder: training.folder.path, key: "optimizer.rate", before: "0.05", now: "0.06")
        ) { try training.run(.resume) }
        let (again, _) = try training.run(.restart)
        #expect(again.steps == 7 && again.metrics.count == 7)
    }

    @Test("Damaged checkpoints are refused in one sentence")
    func damaged() throws {
        var training = training("damaged")
        training.stopsAfter = 6
        _ = try training.run()
        let checkpoint = training.folder.checkpoints[0].path
        for name in ["state.json", "weights.safetensors", "moments.safetensors"] {
            let file = URL(fileURLWithPath: checkpoint + "/" + name), whole = try Data(contentsOf: file)
            for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 9)) {
                try whole.prefix(length).write(to: file)
                let error = #expect(throws: (any Error).self) { try training.run(.resume) }
                #expect(error is any Failure)
            }
            try whole.write(to: file)
        }
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: training.folder.metricsFile))
        #expect(throws: TrainingError.self) { try training.run(.resume) }
    }

    @Test("A batch without a target that counts is refused")
    func nothingToLearn() throws {
        struct Empty: BatchStream {
            var state = 0
            mutating func next() -> [PackedBatch] { [PackedBatch()] }
        }
        let model = ToyModel(), compute = ToyTraining.compute()
        let plan = TrainingPlan(schedule: LearningRateSchedule(curve: .constant, peak: 1, steps: 3), batchTokens: 1)
        let trainer = try Trainer(
            model, stream: Empty(), heldOut: [], optimizer: AdamW(model.parameters.all, compute: compute), plan: plan,
            folder: TrainingFolder(path: place.file("empty")), compute: compute)
        #expect(throws: TrainingError.nothingToLearn(step: 1)) { try trainer.run() }
    }
}
