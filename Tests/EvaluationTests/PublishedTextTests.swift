import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("Prompts of published benchmarks")
struct PublishedTextTests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
    }

    private func write(_ text: String, to name: String) throws {
        try text.write(toFile: folder.file(name), atomically: false, encoding: .utf8)
    }

    private var published: PublishedFolder { PublishedFolder(path: folder.path, segmenter: nil) }

    private func loaded(_ name: String, _ path: String? = nil) throws -> PublishedBenchmark {
        let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark)
        return try benchmark.loaded(from: PublishedFolder(path: path ?? folder.path, segmenter: nil))
    }

    private func longBench(_ records: [String], prompt: String = "Read.\\n{context}\\nAsked: {input} {{}}\\nSay:") throws {
        try write(#"{"hotpotqa": "\#(prompt)"}"#, to: "dataset2prompt.json")
        try write(records.joined(separator: "\n") + "\n", to: "hotpotqa.jsonl")
    }

    @Test("LongBench's prompt is its template with the record's fields; replies are held against all answers")
    func longBench() throws {
        try longBench([#"{"input": "Who {context}?", "context": "A {input} text.", "answers": ["Ada", "Bo"], "length": 5000}"#])
        let benchmark = try loaded("longbench-hotpotqa")
        let text = try benchmark.text(0, length: 2000, in: fixture.workshop(cases: 4)), question = try #require(text.questions.first)
        let prompt = fixture.string(text.tokens) + question.question + question.answerOpening
        #expect(prompt == "Read.\nA {input} text.\nAsked: Who {context}? {}\nSay:" && !text.isCut && question.group == "4-8k")
        #expect(benchmark.score("bo", of: question).value == 1 && benchmark.questionCount(cases: 4) == 1)
    }

    @Test("LongBench's cut takes the middle of the whole prompt: as many tokens at both ends")
    func middle() throws {
        let words = (0..<3000).map { "w\($0)" }.joined(separator: " ")
        try longBench([#"{"input": "Who?", "context": "\#(words)", "answers": ["Ada"]}"#])
        let benchmark = try loaded("longbench-hotpotqa"), workshop = fixture.workshop(cases: 1)
        let text = try benchmark.text(0, length: 2048, in: workshop), question = try #require(text.questions.first)
        let prompt = fixture.string(text.tokens) + question.question
        let whole = workshop.encode("Read.\n" + words + "\nAsked: Who? {}\nSay:")
        #expect(text.isCut && question.question == "\nAsked: Who? {}\nSay:")
        #expect(prompt == fixture.string(whole.prefix(750)) + fixture.string(whole.suffix(750)))
        // A window that holds all of it cuts nothing.
        let long = try benchmark.text(0, length: whole.count * 2 + 3000, in: workshop)
        #expect(!long.isCut && fixture.string(long.tokens).contains("w1500"))
        // One with less than the published windows is filled.
        let short = try benchmark.text(0, length: 400, in: workshop)
        #expect(short.isCut && fixture.total(EvaluationText(tokens: short.tokens, questions: short.questions), of: benchmark) <= 404)
        #expect(throws: EvaluationError.self) { try benchmark.text(0, length: 30, in: workshop) }
    }

    @Test("L-Eval cuts the document's last words, 250 more each time, and never the question; programs lose their first ones")
    func words() throws {
        let document = (0..<4000).map { "w\($0)" }.joined(separator: " ")
        let record =
            #"{"input": "\#(document)", "instructions": ["Who?", "Why?"], "outputs": ["(A) Ada", "(B) Bo"], "evaluation": "exam"}"#
        try write(record + "\n", to: "quality.jsonl")
        try write(record + "\n", to: "codeU.jsonl")
        let workshop = fixture.workshop(cases: 2)
        for (name, isEnd) in [("leval-quality", false), ("leval-codeU", true)] {
            let benchmark = try loaded(name), text = try benchmark.text(0, length: 2048, in: workshop)
            let kept = fixture.string(text.tokens)
            #expect(text.isCut && text.questions.count == 2 && text.questions[0].question.contains("Who?"))
            #expect(kept.contains("w0 ") != isEnd && kept.contains("w3999") == isEnd)
            let body = kept.replacing("Document is as follows. ", with: "")
            let count = body.split(separator: " ").count
            // So many words as the budget of 2,000 less the reply has, less some 250.
            #expect((2000 - 512 - count) % 250 == 0 && workshop.encode(body).count <= 2000 - 512)
            #expect(fixture.total(text, of: benchmark) <= 2048 + EvaluationFixture.frameTokens)
        }
    }

    @Test("L-Eval's prompts say the wanted length of open answers, and ask about fiction twice")
    func wording() throws {
        try write(
            #"{"input": "Doc", "instructions": ["Sum up."], "outputs": ["one two  three"], "evaluation": "rouge"}"# + "\n"
                + #"{"input": "Doc", "instructions": ["Sum up."], "outputs": ["x"], "evaluation": "LLM"}"#, to: "meeting_summ.jsonl")
        let open = try loaded("leval-meeting_summ")
        #expect(open.questions.count == 1)
        #expect(open.questions[0].question == " Instruction: Sum up. \nAnswer this question with 3 words.")
        try write(
            #"{"input": "Doc", "instructions": ["It holds, based on the world described in the document."], "outputs": ["True [fact: False]"], "evaluation": "exam"}"#,
            to: "sci_fi.jsonl")
        let fiction = try loaded("leval-sci_fi"), workshop = fixture.workshop(cases: 9)
        #expect(fiction.questions.map(\.group) == ["loyalty", "fact"] && fiction.questions.map(\.references) == [["true"], ["false"]])
        let fact = fixture.string(try fiction.text(1, length: 900, in: workshop).tokens)
        #expect(fact == "It holds, based on the real-world knowledge and facts up until your last training")
        #expect(
            fiction.score("I say True.", of: fiction.questions[0]).value == 1 && fiction.score("True", of: fiction.questions[1]).value == 0)
        guard case .verbatim(let system) = fiction.framing else {
            Issue.record("the system's text is missing")
            return
        }
        #expect(system?.contains("scientific fiction") == true)
    }

    @Test("Records that cannot be used are told with file, line and field")
    func damaged() throws {
        func refusal(_ record: String) throws -> String {
            try longBench([#"{"input": "", "context": "c", "answers": ["a"]}"#, record])
            do {
                _ = try loaded("longbench-hotpotqa")
                return ""
            } catch { return "\(error)" }
        }
        for (record, said) in [
            (#"{"input": "", "context": "c"}"#, "\"answers\""), (#"{"input": "", "context": 3, "answers": []}"#, "\"context\""),
            ("[1]", "no object"),
            ("{\"inp", "no JSON"), (#"{"input": "", "context": "c", "answers": [1]}"#, "no text"),
        ] {
            let message = try refusal(record)
            #expect(message.contains("hotpotqa.jsonl") && message.contains("line 2") && message.contains(said), "\(message)")
        }
        try longBench([], prompt: "{context} {other}")
        try write(#"{"input": "", "context": "c", "answers": ["a"]}"#, to: "hotpotqa.jsonl")
        #expect { try loaded("longbench-hotpotqa") } throws: { "\($0)".contains("dataset2prompt.json") }
        #expect { try loaded("longbench-qasper") } throws: { "\($0)".contains("\"qasper\"") }
        #expect { try loaded("leval-tpo") } throws: { "\($0)".contains("tpo.jsonl") && "\($0)".contains("--data") }
        for template in ["{", "}", "{a b}", "{}", "{a"] { #expect(PromptTemplate(template) == nil, "\(template)") }
    }

    @Test("TSort's order may be a list or its text, and a wrong form is told")
    func textSort() throws {
        try write(
            #"[{"prompt": "Sort. Answer:", "answer": [2, 4, 1, 3]}, {"prompt": "Sort. Answer:", "answer": "[2, 4, 1, 3]"}]"#,
            to: "textsort_2k.json")
        let benchmark = try loaded("ada-leval-tsort-2k")
        #expect(benchmark.questions.allSatisfy { $0.references == ["2", "4", "1", "3"] })
        let score = benchmark.score("Answer: [2, 4]", of: benchmark.questions[1])
        #expect(score.value == 1 && score.figures["strict"] == 0)
        try write(#"[{"prompt": "Sort.", "answer": 7}]"#, to: "textsort_2k.json")
        #expect { try loaded("ada-leval-tsort-2k") } throws: { "\($0)".contains("record 1") }
    }
}

@Suite("Prompts of published samples", .enabled(if: ExternalData.exists("benchmarks/longproc"), "needs the published samples"))
struct PublishedSampleTests {
    private func loaded(_ name: String, _ folder: String) throws -> PublishedBenchmark {
        let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark)
        return try benchmark.loaded(from: PublishedFolder(path: ExternalData.path("benchmarks/" + folder), segmenter: nil))
    }

    @Test(
        "LongProc's prompts are the published ones, byte for byte",
        arguments: [
            "countdown_0.5k", "countdown_2k", "html_to_tsv_0.5k", "html_to_tsv_2k", "path_traversal_0.5k", "tom_tracking_0.5k",
        ])
    func prompts(name: String) throws {
        let task = try #require(LongProc.tasks.first { BenchmarkRegistry.plain($0.name) == "longproc" + BenchmarkRegistry.plain(name) })
        let folder = PublishedFolder(path: ExternalData.path("benchmarks/longproc"), segmenter: nil)
        let text = try #require(try task.texts(in: folder).first), question = try #require(text.questions.first)
        let wanted = try Data(contentsOf: URL(fileURLWithPath: ExternalData.path("benchmarks/metric-oracles/prompt_example_\(name).txt")))
        #expect(Data(text.prompt(question).utf8) == wanted)
        #expect(!text.document.isEmpty && !question.question.isEmpty)
    }

    @Test("What is right scores 1 on every figure, for every record of LongProc that there is")
    func references() throws {
        for name in ["path_traversal-0.5k", "tom_tracking-0.5k", "tom_tracking-2k", "countdown-0.5k", "countdown-2k", "countdown-8k"] {
            let benchmark = try loaded("longproc-" + name, "longproc")
            for question in benchmark.questions {
                let reply = name.hasPrefix("path") ? "<Route>\n\(question.references[0])\n</Route>" : question.references[0]
                let score = benchmark.score(reply, of: question)
                #expect(score.value == 1 && score.figures.values.allSatisfy { $0 == 1 })
            }
        }
    }

    @Test("The search for an order of cities ends with the published plan")
    func travel() throws {
        let records = try PublishedFile.records(ExternalData.path("benchmarks/longproc/travel_planning/travel_planning_icl_examples.json"))
        #expect(records.count == 4)
        for fields in records {
            let search = try LongProc.travelSearch(fields), plan = try fields.text("ground_truth_plan")
            #expect(plan.contains(search.planText))
            let stays = try ["ground_truth_cities", "ground_truth_durations"].flatMap { try LongProc.parts(fields.text($0)) }
            let right = TravelScores.score(search.text, reference: search.text, stays: stays)
            #expect(right == StepScores(accuracy: 1, partial: 1, extraction: 1))
            let half = String(search.text.prefix(search.text.count / 3))
            let part = TravelScores.score(half, reference: search.text, stays: stays)
            #expect(part.accuracy == 0 && part.partial > 0.1 && part.partial < 0.6 && part.extraction == 0)
        }
    }

    @Test("Samples of the other benchmarks load whole, with what replies are scored by")
    func samples() throws {
        #expect(try loaded("longbench-multi_news", "longbench").questions.count == 12)
        let chinese = try loaded("longbench-multifieldqa_zh", "longbench")
        #expect(
            chinese.questions.count == 6 && chinese.metric == .characterF1 && chinese.score("厦门大学", of: chinese.questions[0]).value == 1)
        #expect(try loaded("leval-quality", "leval").questions.count == 40)
        let best = try loaded("ada-leval-bestanswer-1k", "ada-leval")
        #expect(best.questions.count == 40)
        // Who echoes the right answer has all right; chance is one over the number of answers.
        #expect(best.questions.allSatisfy { best.score("Answer: " + $0.references[0], of: $0).value == 1 })
        let labels = try loaded("longiclbench-fewnerd-2r", "longiclbench")
        #expect(labels.questions.count == 40)
        let echoes = labels.questions.map { labels.score($0.references.joined(separator: "\n"), of: $0) }
        #expect(abs(Metric.entities.total(echoes) - 1) < 1e-6)
    }
}
