import Foundation

/// How LongProc's programs are tested: they are compiled and run.
struct ProgramTests: Judging {
    /// The tests of each record.
    let records: [[ProgramSandbox.Test]]

    let metric = Metric.program
    let source = VerdictSource.programs
    let isNeeded = true
    let textsPerRecord = 1

    func verdict(on replies: [EvaluationResult], record: Int, by session: JudgeSession) async throws -> ReplyScore {
        guard let reply = replies.last, records.indices.contains(record) else { return ReplyScore(0) }
        guard let code = Self.code(in: reply.reply) else { return score(.noProgram) }
        return score(try await session.run(code, tests: records[record]))
    }

    /// The same at once, with nothing kept. A thread is blocked meanwhile.
    func worth(of reply: String, record: Int, in sandbox: ProgramSandbox) -> ReplyScore {
        guard records.indices.contains(record) else { return ReplyScore(0) }
        return score(Self.code(in: reply).map { sandbox.outcome(of: $0, tests: records[record]) } ?? .noProgram)
    }

    private func score(_ outcome: ProgramSandbox.Outcome) -> ReplyScore {
        metric.measure("", references: [], choices: [outcome.rawValue])
    }

    /// What stands between the first fence of C++ and the last fence.
    static func code(in reply: String) -> String? {
        let text = reply.codePoints.replacing("```c++".codePoints, with: "```cpp".codePoints), opening = "```cpp".codePoints
        guard let start = text.find(opening) else { return nil }
        let parts = CodePoints(text[(start + opening.count)...]).split(at: "```".codePoints)
        return parts.count > 1 ? String(CodePoints(parts.dropLast().joined(separator: "```".codePoints))) : nil
    }

    /// What stands before every program, as its prompt says.
    static let header =
        [
            "cstdio", "iostream", "vector", "algorithm", "numeric", "cmath", "cstring", "set", "map", "queue", "stack", "list", "fstream",
            "climits", "cassert", "iomanip", "sstream", "bitset",
        ].map { "#include <\($0)>\n" }.joined() + "using namespace std;\n"

    /// - Throws: `EvaluationError.badRecord` for what is no list of pairs of lines.
    static func tests(_ fields: PublishedFields) throws(EvaluationError) -> [ProgramSandbox.Test] {
        guard let cases = fields.object["testcases"]?.array, !cases.isEmpty else { throw fields.failure("there is no list \"testcases\"") }
        return try cases.map { item throws(EvaluationError) in
            let sides = (item.array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
            guard sides.count == 2 else { throw fields.failure("a member of \"testcases\" is no pair of lists of lines") }
            return ProgramSandbox.Test(input: sides[0], output: sides[1])
        }
    }
}
