import Diagnostics
import Evaluation
import Foundation
import Generation
import KeyValues
import ModelFiles
import Planning
import Training

/// Tries the ways to read long texts on one model and one text, and recommends one of them.
///
/// All that is measured is kept in the folder by what it depends on. Decisions follow from what is kept alone; so a run that was stopped goes
/// on with the same command, and one that is repeated measures nothing and writes the same report.
package struct FitRun: Sendable {
    package let model: Model
    package let plannedModel: any PlannedModel
    package let settings: FitSettings
    package let texts: [CorpusText]
    package let material: EvaluationMaterial
    package let folder: String
    /// Tokens of the longest text: perplexity is measured over whole stretches of one.
    package let longestText: Int

    package init(
        model: Model, plannedModel: any PlannedModel, settings: FitSettings, texts: [CorpusText], material: EvaluationMaterial,
        folder: String
    ) {
        self.model = model
        self.plannedModel = plannedModel
        self.settings = settings
        self.texts = texts
        self.material = material
        self.folder = folder
        longestText = max(2, texts.map { model.tokenizer.encode($0.bytes).count }.max() ?? 0)
    }

    /// A question as long as most.
    private static let sampleQuestion = "What is the password for the north gate of the old harbour?"

    /// What is told while it runs.
    package enum Event: Sendable {
        case began(Tournament.Request)
        case ended(Tournament.Request, TrialOutcome)
    }

    /// - Parameters:
    ///   - machine: gives what is known of this machine; asked once for a folder, and kept there.
    ///   - today: the date, which is kept with the machine.
    /// - Throws: `Interrupted`, with all finished parts kept; `EvaluationError.foreignFolder` where another process works there.
    package func perform(
        today: String, machine: () async throws -> Machine, progress: @escaping ProgressHandler = { _ in },
        cancellation: Cancellation = Cancellation(), tell: (Event) -> Void = { _ in }
    ) async throws -> FitReport {
        let lock = try FolderLock(forResults: folder)
        defer { withExtendedLifetime(lock) {} }
        let beginning = try await beginning(today: today, machine: machine)
        let common = ReadingOptions(cacheType: settings.cacheType), benchmark = try LongTexts.benchmark()
        let probe = Field.Probe(
            length: settings.length,
            framing: try model.framingTokens(of: Self.sampleQuestion, beginning: "", options: common), replyTokens: benchmark.replyTokens)
        var courses: [String: MethodService.Course] = [:]
        let field = Field(of: model, probe, common: common) { courses[$0.method] = $1 }
        let prices = TrialPrices(
            model: plannedModel, machine: beginning.machine, cache: try CacheTypes(settings.cacheType), probe: probe,
            programBytes: beginning.programBytes, courses: courses)
        let tournament = tournament(field, prices)
        let bench = TrialBench(
            model: model, common: common, settings: settings, texts: texts, material: material, folder: folder)
        var outcomes: [Trial: TrialOutcome] = [:], course = tournament.course(after: outcomes)
        while let request = course.next {
            try cancellation.check()
            tell(.began(request))
            let outcome = try await bench.perform(request, progress: progress, cancellation: cancellation)
            tell(.ended(request, outcome))
            outcomes[request.trial] = outcome
            course = tournament.course(after: outcomes)
        }
        for place in course.entries.indices { course.entries[place].peakBytes = prices.peakBytes(course.entries[place].candidate) }
        return FitReport(
            course, tournament: tournament, identity: try model.identity(with: common), window: model.contextLength, settings: settings,
            texts: texts, beginning: beginning)
    }

    private func tournament(_ field: Field, _ prices: TrialPrices) -> Tournament {
        let window = model.contextLength
        return Tournament(
            field: field, rounds: Round.rounds(window: window, length: settings.length, cases: settings.cases),
            reference: settings.length > window ? Round(length: window, cases: settings.cases) : nil,
            perplexityLength: min(settings.length, longestText), budget: settings.budgetSeconds, price: { prices.price($0) })
    }

    // MARK: The folder

    /// What holds for all of a run, however often it is stopped.
    struct Beginning: Codable {
        let date: String
        let machine: Machine
        let programBytes: Int
    }

    private func beginning(today: String, machine: () async throws -> Machine) async throws -> Beginning {
        let path = folder + "/beginning.json"
        if let bytes = FileManager.default.contents(atPath: path),
            let kept = try? StateCoding.decoder.decode(Beginning.self, from: bytes), kept.machine.isSound
        {
            return kept
        }
        let beginning = Beginning(date: today, machine: try await machine(), programBytes: ProcessMemory.peakBytes)
        try AtomicFile.write(Array(StateCoding.encoder.encode(beginning)), to: path)
        return beginning
    }
}
