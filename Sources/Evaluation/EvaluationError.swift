import Diagnostics

/// Why a benchmark cannot be run as wished.
package enum EvaluationError: Failure {
    case unknownBenchmark(String)
    case tooShort(String, length: Int, needed: Int)
    case shortHaystack(tokens: Int)
    case tooManyFacts(Int, most: Int)
    case tooManyDocuments(Int, most: Int)
    case tooManyQuestions(Int, documents: Int)
    case tooFewSegments(length: Int)
    case noQuestions(String, option: String)
    case noQuestionFile(String)
    case badQuestions(file: String, reason: String)
    case badRecord(file: String, place: String, reason: String)
    case noData(String)
    case noVerdicts(String, replies: Int, isNeeded: Bool, arePrograms: Bool)
    case notRun(String)
    case noPublishedFile(String, folder: String)
    case recordTooLong(String, source: String, length: Int, needed: Int)
    case noPredictions(String)
    case namesNoTask(String, suite: String)
    case noReplies(reason: String, kept: Int)
    case cannotWrite(folder: String, reason: String)
    case foreignFolder(String)
    case noReport(String)
    case mixedReports
    case noCurve

    package var kind: FailureKind {
        switch self {
        case .unknownBenchmark, .tooShort, .tooManyFacts, .tooManyDocuments, .tooManyQuestions, .noQuestions, .foreignFolder, .mixedReports,
            .noCurve, .noData, .notRun, .noVerdicts, .recordTooLong, .namesNoTask:
            .usage
        case .shortHaystack, .tooFewSegments, .badQuestions, .badRecord, .noPredictions: .badData
        case .noQuestionFile, .noReport, .noPublishedFile: .missingInput
        case .noReplies: .internal
        case .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .unknownBenchmark(let name):
            "There is no benchmark \"\(name)\"; there are \(BenchmarkRegistry.names.joined(separator: ", "))."
        case .tooShort(let name, let length, let needed):
            "A length of \(length) tokens has no room for the benchmark \(name), which takes at least \(needed); give longer ones with --length."
        case .shortHaystack(let tokens):
            "The text to hide things in has \(tokens) tokens, and none of its sentences ends; name longer texts with --haystack."
        case .tooManyFacts(let count, let most): "A text can hold \(most) different facts, not \(count); lower --cases."
        case .tooManyDocuments(let count, let most): "There are names for \(most) documents, not \(count); lower --documents."
        case .tooManyQuestions(let count, let documents):
            "Each of \(documents) documents answers one question, and \(count) are to be asked; lower --cases, or raise --documents."
        case .tooFewSegments(let length):
            "The texts are shorter than a segment of \(length) tokens; name longer ones, or give a shorter --length."
        case .noQuestions(let name, let option): "The benchmark \(name) asks published questions; name their file with \(option)."
        case .noQuestionFile(let path): "\(path): there is no such file that can be read; name the published questions."
        case .badQuestions(let file, let reason): "\(file): the questions cannot be used: \(reason)."
        case .badRecord(let file, let place, let reason): "\(file), \(place): the record cannot be used: \(reason)."
        case .noData(let name): "\(name) is made of published records; name the folder that holds them with --data."
        case .noVerdicts(let name, let replies, let isNeeded, let arePrograms):
            Self.withoutVerdicts(name, replies: replies, isNeeded: isNeeded, arePrograms: arePrograms)
        case .notRun(let name):
            "Replies to \(name) are programs, which have a score only once they are compiled and run; allow that with --allow-code-execution."
        case .noPublishedFile(let name, let folder):
            "\(folder): there is no \(name) here; name the folder that the benchmark's authors publish it in with --data."
        case .recordTooLong(let name, let source, let length, let needed):
            "\(source): \(name) needs \(needed) tokens for this record, and \(length) are too few; give a longer --length."
        case .noPredictions(let file): "\(file): there is no reply that is scored; name a file of replies with --predictions."
        case .namesNoTask(let file, let suite):
            "\(file): the file's name is that of no task of \(suite); name the task instead, such as \(BenchmarkRegistry.example(of: suite))."
        case .noReplies(let reason, let kept):
            "Several questions in a row got no reply (\(reason)); \(kept) answers are kept, and the same command goes on with what is missing."
        case .cannotWrite(let folder, let reason): "\(folder): the results cannot be written: \(reason)."
        case .noReport(let folder):
            "\(folder): there is no report.json of a run here; name the folders that runs of `apus eval` wrote, such as results/passkey."
        case .mixedReports: "Scores and perplexities make no common picture; name reports of one kind."
        case .noCurve: "A curve needs two lengths or positions at least; measure further ones."
        case .foreignFolder(let path): "\(path): the folder is being written by another process; wait for it to end."
        }
    }

    private static func withoutVerdicts(_ name: String, replies: Int, isNeeded: Bool, arePrograms: Bool) -> String {
        "\(replies) replies to \(name) are kept and \(isNeeded ? "not scored" : "scored by rule only"); "
            + (arePrograms ? "they are programs, which --allow-code-execution has compiled and run." : "name who judges them with --judge.")
    }
}
