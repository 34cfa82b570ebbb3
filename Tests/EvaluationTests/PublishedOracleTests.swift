import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite(
    "Scores that the published scorers gave", .enabled(if: ExternalData.exists("benchmarks/metric-oracles"), "needs the published scores"))
struct PublishedOracleTests {
    private func records(_ name: String) throws -> [[String: Any]] {
        try String(contentsOfFile: ExternalData.path("benchmarks/metric-oracles/\(name)"), encoding: .utf8).split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private static let metrics: [String: Metric] = [
        "longbench.qa_f1": .qaF1, "longbench.rouge_l(rouge 1.0.1, f)": .rougeL, "longbench.count": .count,
        "longbench.retrieval": .retrieval,
        "longbench.retrieval_zh": .retrievalChinese, "longbench.code_sim(difflib)": .codeSimilarity,
        "longbench.classification": .classification, "leval.mc_single": .singleChoice, "leval.mc_multi(coursera)": .severalChoices,
        "leval.math(gsm100)": .sum, "leval.code(codeU)": .programOutput, "leval.judge(sci_fi)": .judgements,
        "leval.topic(substring EM)": .containedAnswer, "leval.f1": .qaF1,
        "leval.rouge(rouge_score 0.1.2, single pair, 0-100)": .geometricROUGE, "ada_leval.best_answer": .designation,
        "ada_leval.tsort": .order,
    ]

    @Test("Every reply is worth what the published scorers say")
    func oracles() throws {
        var count = 0
        for record in try records("metric_oracles.jsonl") {
            let name = try #require(record["metric"] as? String), reply = try #require(record["prediction"] as? String)
            guard let metric = Self.metrics[name] else { continue }
            let references = (record["reference"] as? [Int])?.map { String($0) } ?? [record["reference"] as? String ?? ""]
            let choices = record["all_classes"] as? [String] ?? (0..<(record["num_choice"] as? Int ?? 0)).map { "A\($0 + 1)" }
            let score = metric.measure(reply, references: references, choices: choices)
            let scale = name.contains("0-100") ? 100.0 : 1
            #expect(abs(score.value * scale - (record["score"] as? Double ?? -1)) < 1e-5, "\(name): \(reply)")
            for figure in ["loyalty", "fact"] {
                if let value = record[figure] as? Double { #expect(score.figures[figure] == value) }
            }
            count += 1
        }
        #expect(count == 117)
    }

    @Test("Chinese replies are worth as much by the words that jieba tells apart")
    func chinese() throws {
        for record in try records("metric_oracles.jsonl") where (record["metric"] as? String)?.hasPrefix("longbench.qa_f1_zh") == true {
            let said = try #require(record["tokens_prediction"] as? [String]),
                wanted = try #require(record["tokens_reference"] as? [String])
            let score = ChineseScores.f1(said.map(\.codePoints), wanted.map(\.codePoints))
            #expect(abs(score - (record["score"] as? Double ?? -1)) < 1e-5)
        }
    }

    @Test("What replies say is found as by the published scorers")
    func extraction() throws {
        for record in try records("metric_oracles.jsonl") {
            guard let name = record["metric"] as? String, let reply = record["prediction"] as? String, let extracted = record["extracted"]
            else {
                continue
            }
            let reference = record["reference"] as? String ?? ""
            switch name {
            case "leval.mc_single": #expect(String(LEvalExams.choice(reply, several: false)) == extracted as? String)
            case "leval.mc_multi(coursera)": #expect(String(LEvalExams.choice(reply, several: true)) == extracted as? String)
            case "leval.math(gsm100)": #expect(String(LEvalExams.sum(reply)) == extracted as? String)
            case "leval.code(codeU)":
                #expect(String(LEvalExams.output(reply, reference: reference)) == extracted as? String)
                #expect(String(LEvalExams.printed(reference)) == record["gt_clean"] as? String)
            case "ada_leval.best_answer":
                #expect(AdaLEvalAnswers.designation(reply, choices: record["num_choice"] as? Int ?? 0) ?? "???" == extracted as? String)
            case "ada_leval.tsort": #expect(AdaLEvalAnswers.order(reply)?.compactMap(\.integer) == extracted as? [Int])
            default: continue
            }
        }
    }

    @Test("Procedures are worth what the published evaluator says, for every record that there is")
    func procedures() throws {
        let folder = PublishedFolder(path: ExternalData.path("benchmarks/longproc"), segmenter: nil)
        var loaded: [String: PublishedBenchmark] = [:], count = 0
        for record in try records("longproc_oracles.jsonl") {
            let name = try #require(record["dataset"] as? String), index = try #require(record["index"] as? Int)
            if loaded[name] == nil {
                let task = try #require(
                    LongProc.tasks.first { BenchmarkRegistry.plain($0.name) == "longproc" + BenchmarkRegistry.plain(name) })
                loaded[name] = try PublishedBenchmark(task).loaded(from: folder)
            }
            let benchmark = try #require(loaded[name]), wanted = try #require(record["metrics"] as? [String: Double])
            let score = benchmark.score(try #require(record["prediction"] as? String), of: benchmark.questions[index])
            for (figure, value) in wanted {
                let ours = ["accuracy", "f1"].contains(figure) ? score.value : score.figures[figure] ?? -1
                #expect(abs(ours - value) < 1e-6, "\(name) \(index) \(record["case"] ?? "") \(figure)")
            }
            count += 1
        }
        #expect(count == 86)
    }

    @Test("Published replies score what was published: L-Eval's by Turbo-16k, LongChat's by its model")
    func replies() throws {
        func scores(_ name: String, _ file: String) throws -> PredictionScores {
            try PredictionScores(name, predictions: ExternalData.path("benchmarks/\(file)"), folders: PublishedFolders([], segmenter: nil))
        }
        let folder = "leval/predictions-turbo-16k-0613"
        let quality = try scores("leval-quality", "\(folder)/quality.pred.jsonl"), code = try scores("L-Eval", "\(folder)/codeU.pred.jsonl")
        #expect(quality.score.records == 202 && abs(quality.score.score * 100 - 61.3861) < 1e-3)
        #expect(code.benchmark == "leval-codeU" && abs(code.score.score * 100 - 12.2222) < 1e-3)
        let topics = try scores("leval", "\(folder)/topic_retrieval_longchat.pred.jsonl")
        #expect(topics.groups.map(\.name) == ["first topic", "second topic", "third topic"])
        #expect(zip(topics.groups, [0.96, 0.98, 0.44]).allSatisfy { abs($0.score.score - $1) < 1e-9 })
        let lines = try scores("longchat-lines", "needle-tests/longchat_lines_600_response.longchat-13b-16k.txt")
        #expect(lines.score.records == 50 && abs(lines.score.score - 0.8) < 1e-9)
    }
}
