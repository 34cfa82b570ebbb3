import Diagnostics
import Evaluation
import Foundation
import Generation
import ModelFiles

/// How a model is best used for long texts, as `apus fit` found: a small file of JSON.
package struct Profile: Codable, Equatable, Sendable {
    /// A way to read, with what was measured of it.
    package struct Choice: Codable, Equatable, Sendable {
        package let method: String
        package let positions: String
        /// Nil for what the model was trained for.
        package var contextLength: Int?
        package let cacheType: String
        /// Share of planted facts that were found, and its interval.
        package let recall: MeanScore
        package let firstAnswerSeconds: Double
        package let answerSeconds: Double
        package let cacheBytes: Int
    }

    /// What a profile is asked for.
    package enum Use: Sendable {
        /// Questions about texts that are read for them.
        case questions
        /// All else.
        case everything
    }

    /// Of this file's form.
    package var version = Profile.currentVersion
    package let model: FitReport.Subject
    /// Tokens that were tried.
    package let length: Int
    /// What the model finds within its window.
    package let windowRecall: MeanScore?
    package let ask: Choice
    /// For what the method of `ask` cannot do; nil where nothing can.
    package let elsewhere: Choice?
    /// Why these.
    package let reasons: [String]
    package let date: String
    /// What makes the profile again.
    package let command: String?

    private static let currentVersion = 1

    /// - Throws: `FittingError.allFailed` or `.nothingMeasured` where the report recommends nothing.
    package init(_ report: FitReport) throws(FittingError) {
        guard let recommendation = report.recommendation, let ask = Choice(report, recommendation.candidate) else {
            let tried = report.entries.filter { $0.standing.kind != .refused }
            if let reason = tried.first?.standing.reason, tried.allSatisfy({ $0.standing.kind == .failed }) {
                throw .allFailed(length: report.settings.length, reason: reason)
            }
            throw .nothingMeasured(
                length: report.settings.length, budgetSeconds: report.settings.budgetSeconds, needed: report.cheapestMissing)
        }
        model = report.model
        length = report.settings.length
        windowRecall = report.windowRecall
        self.ask = ask
        elsewhere = recommendation.elsewhere.flatMap { Choice(report, $0) }
        reasons = recommendation.reasons
        date = report.date
        command = report.settings.command
    }

    /// - Throws: `FittingError.questionsOnly` for a use that nothing was found for.
    package func choice(for use: Use, path: String) throws(FittingError) -> Choice {
        if use == .questions { return ask }
        guard let elsewhere else { throw .questionsOnly(path: path, method: ask.method) }
        return elsewhere
    }
}

extension Profile.Choice {
    fileprivate init?(_ report: FitReport, _ candidate: Candidate) {
        guard let measured = report.entry(candidate)?.final else { return nil }
        method = candidate.method
        positions = candidate.positions
        contextLength = candidate.contextLength
        cacheType = report.settings.cacheType
        recall = measured.recall
        firstAnswerSeconds = measured.firstAnswerSeconds
        answerSeconds = measured.answerSeconds
        cacheBytes = measured.cacheBytes
    }

    /// Why it is taken, as it reads after "because".
    package func reason(in profile: Profile, path: String) -> String {
        "the profile \(path) says so: it found \(recall.score.percent) of the facts in \(profile.length) tokens"
    }
}

// MARK: - Files

extension Profile {
    /// Where the profile of a model is kept by itself, in the user's folder for data.
    package static func usualPath(of fingerprint: Fingerprint) -> String {
        let folder =
            FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask).first
            ?? FileManager.default.temporaryDirectory
        return folder.appendingPathComponent("apus/profiles/\(fingerprint).json").path
    }

    /// Writes the file, whole or not at all, and the folder that it lies in where there is none.
    package func write(to path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try AtomicFile.write(Array(StateCoding.encoder.encode(self)) + [UInt8(ascii: "\n")], to: path)
    }

    /// - Parameters:
    ///   - fingerprint: of the model that is to be used.
    ///   - name: of that model, for people.
    /// - Throws: `FittingError` for a file that is missing, damaged, or of another model.
    package init(path: String, for fingerprint: Fingerprint, name: String) throws(FittingError) {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .noProfile(path: path) }
        do {
            self = try StateCoding.decoder.decode(Profile.self, from: bytes)
        } catch {
            throw .damagedProfile(path: path, reason: "what it should say is missing")
        }
        guard version == Self.currentVersion else {
            throw .damagedProfile(path: path, reason: "it has the version \(version), and this program reads \(Self.currentVersion)")
        }
        guard model.fingerprint == fingerprint else { throw .foreignProfile(path: path, model: model.name, other: name) }
    }
}
