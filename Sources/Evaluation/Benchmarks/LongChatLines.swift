import Training

/// A record of nothing but lines that each give a number to a name, and a question for one of them. (Li et al., How Long Can Open-Source LLMs
/// Truly Promise on Context Length?, 2023.)
struct LongChatLines: Benchmark {
    let name = "longchat-lines"
    let metric = Metric.lastNumber
    let replyTokens = 35
    let place = TaskPlace.lookup

    private static let numbers = 1...50_000
    private static let instruction =
        "Below is a record of lines I want you to remember. Each line begins with 'line <line index>' and contains a '<REGISTER_CONTENT>' at "
        + "the end of the line as a numerical value. For each line index, memorize its corresponding <REGISTER_CONTENT>. At the end of the "
        + "record, I will ask you to retrieve the corresponding <REGISTER_CONTENT> of a certain line index. Now the record start:\n\n"

    private static func question(about name: String) -> String {
        "Now the record is over. Tell me what is the <REGISTER_CONTENT> in line \(name)? I need the number."
    }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        var random = workshop.random(for: self, length: length, number: number)
        var list = WordList(.compounds)
        let instruction = workshop.encode(Self.instruction), name = list.draw(&random), answer = String(random.within(Self.numbers))
        let asked = workshop.encode(Self.line(name, answer)), question = Self.question(about: name)
        let room = try workshop.room(length: length, questions: [question], least: instruction.count + asked.count * 2, of: self)
        var lines = workshop.lines(room: room - instruction.count - asked.count) {
            Self.line(list.draw(&random), String(random.within(Self.numbers)))
        }
        let place = Int((workshop.depth(of: number, among: workshop.cases) * Double(lines.count)).rounded())
        lines.insert(asked, at: place)
        let (tokens, start) = workshop.filled(instruction, lines.flatMap { $0 }, room: room)
        let before = start + lines[..<place].reduce(0) { $0 + $1.count }
        return EvaluationText(
            tokens: tokens,
            questions: [
                EvaluationQuestion(
                    question: question, references: [answer], depth: Double(place) / Double(max(1, lines.count - 1)),
                    evidence: workshop.evidence(
                        [before..<before + asked.count], of: tokens, question: question, distractors: lines.count - 1))
            ])
    }

    private static func line(_ name: String, _ number: String) -> String { "line \(name): REGISTER_CONTENT is <\(number)>\n" }
}
