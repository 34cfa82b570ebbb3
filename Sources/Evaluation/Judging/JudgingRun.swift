import Diagnostics

/// A reply and which text of which length it is about.
struct NumberedReply: Sendable {
    let length: Int
    let text: Int
    let result: EvaluationResult
}

/// Replies with what a judge found them to be worth: one for each record.
struct JudgedReplies: Sendable {
    var results: [EvaluationResult] = []
    /// Records that got no verdict, and why the last of them did not.
    var unjudged = 0
    var lastFailure: String?
}

/// Has a judge say what the replies of a run are worth. What was judged is kept in a folder of its own below the run's.
struct JudgingRun: Sendable {
    let benchmark: String
    let judging: any Judging
    let judge: Judge?
    let sandbox: ProgramSandbox?
    let folder: String

    static let folderName = "verdicts"
    /// Records in a row without an answer of the judge after which the run ends.
    private static let mostFailures = 3

    /// A record whose judge gives no verdict is left out and counted; the next run asks about it again.
    ///
    /// - Throws: `EvaluationError.noReplies` after some records in a row to which the judge did not answer at all; `Interrupted`; each with all
    ///   verdicts kept.
    func perform(_ replies: [NumberedReply], progress: ProgressHandler?, cancellation: Cancellation) async throws -> JudgedReplies {
        let session = try JudgeSession(
            judge, sandbox: sandbox, folder: folder + "/" + Self.folderName, cancellation: cancellation)
        let records = records(of: replies)
        var judged = JudgedReplies(), silent = 0
        for (number, record) in records.enumerated() {
            progress?(Progress("Judging \(benchmark)", completed: number, total: records.count, unit: "records"))
            do {
                let worth = try await judging.verdict(on: record.replies, record: record.number, by: session)
                if let last = record.replies.last { judged.results.append(last.judged(worth, by: judging.metric)) }
                silent = 0
            } catch let failure as UnusableVerdict {
                silent = 0
                judged.miss(failure.description)
            } catch let failure as NoReply {
                silent += 1
                judged.miss(failure.description)
                guard silent < Self.mostFailures else {
                    throw EvaluationError.noReplies(reason: failure.description, kept: session.answerCount)
                }
            }
        }
        return judged
    }

    /// Replies that belong together, of records of which every text has its reply.
    private func records(of replies: [NumberedReply]) -> [(number: Int, replies: [EvaluationResult])] {
        struct Place: Hashable { let length, record: Int }
        var order: [Place] = [], groups: [Place: [NumberedReply]] = [:]
        for reply in replies {
            let place = Place(length: reply.length, record: reply.text / judging.textsPerRecord)
            if groups[place] == nil { order.append(place) }
            groups[place, default: []].append(reply)
        }
        return order.compactMap { place in
            let group = groups[place] ?? []
            return group.count == judging.textsPerRecord ? (place.record, group.map(\.result)) : nil
        }
    }
}

extension JudgedReplies {
    fileprivate mutating func miss(_ failure: String) {
        unjudged += 1
        lastFailure = failure
    }
}
