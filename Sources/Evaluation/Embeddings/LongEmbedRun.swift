import Diagnostics
import Retrieval
import Training

/// How much of LongEmbed's tests is run.
package struct LongEmbedSettings: Sendable {
    package var tasks: [LongEmbedTask]
    /// Tokens of a document.
    package var lengths: [Int]
    /// Documents of a length, which all questions share.
    package var documents: Int
    /// Questions of each length.
    package var cases: Int
    package var seed: UInt64
    /// What stands before questions and before documents; nil for the model's usual prefix.
    package var queryPrefix: String?
    package var documentPrefix: String?

    package init(
        tasks: [LongEmbedTask] = LongEmbedTask.allCases, lengths: [Int], documents: Int, cases: Int, seed: UInt64 = 0,
        queryPrefix: String? = nil, documentPrefix: String? = nil
    ) {
        self.tasks = tasks
        self.lengths = lengths
        self.documents = documents
        self.cases = cases
        self.seed = seed
        self.queryPrefix = queryPrefix
        self.documentPrefix = documentPrefix
    }
}

/// How often the nearest document was the right one.
package struct LongEmbedScore: Sendable {
    package let task: LongEmbedTask
    package let length: Int
    /// Accuracy at 1.
    package let score: MeanScore
    /// Documents that were longer than the model reads, and were cut.
    package let cutDocuments: Int
}

/// LongEmbed's generated tests on a model that makes vectors.
package struct LongEmbedRun: Sendable {
    private let subject: any EmbeddingSubject
    private let settings: LongEmbedSettings
    private let texts: [CorpusText]

    /// - Parameter texts: what needles are hidden in.
    /// - Throws: `EvaluationError` for more documents than there are, or more questions than documents.
    package init(_ subject: any EmbeddingSubject, settings: LongEmbedSettings, texts: [CorpusText]) throws(EvaluationError) {
        guard settings.documents <= LongEmbedTask.mostDocuments else {
            throw .tooManyDocuments(settings.documents, most: LongEmbedTask.mostDocuments)
        }
        guard settings.cases <= settings.documents else { throw .tooManyQuestions(settings.cases, documents: settings.documents) }
        self.subject = subject
        self.settings = settings
        self.texts = texts
    }

    /// - Parameter found: is told each score as it comes.
    /// - Throws: `EvaluationError` for a length without room; `Interrupted`.
    package func perform(
        progress: @escaping ProgressHandler, cancellation: Cancellation, found: (LongEmbedScore) throws -> Void
    ) async throws {
        let essay = try SentenceHay(texts, tokens: settings.lengths.max() ?? 0, subject: subject)
        for task in settings.tasks {
            for length in settings.lengths {
                try found(try await score(task, length: length, essay: essay, progress: progress, cancellation: cancellation))
            }
        }
    }

    private func score(
        _ task: LongEmbedTask, length: Int, essay: SentenceHay, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> LongEmbedScore {
        let material = try task.material(
            length: length, documents: settings.documents, seed: settings.seed, prefix: settings.documentPrefix, essay: essay,
            subject: subject)
        let (documents, cut) = try await subject.vectors(
            of: material.documents, prefix: settings.documentPrefix, progress: progress, cancellation: cancellation)
        let (questions, _) = try await subject.vectors(
            of: Array(material.questions.prefix(settings.cases)), prefix: settings.queryPrefix, progress: nil, cancellation: cancellation)
        let hits = questions.enumerated().map { number, question in
            let cosines = documents.map { question.cosine(to: $0) }
            return cosines.firstIndex(of: cosines.max() ?? 0) == number ? 1.0 : 0
        }
        return LongEmbedScore(task: task, length: length, score: MeanScore(hits), cutDocuments: cut)
    }
}
