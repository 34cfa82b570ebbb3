import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Evaluation

@Suite("Scores of published benchmarks held to their libraries")
struct PublishedMetricTests {
    private struct Goldens: Decodable {
        struct ROUGE: Decodable {
            let prediction: String
            let reference: String
            let sentences: Double
            let words: [String: Double]
        }

        struct Ratio: Decodable {
            let first: String
            let second: String
            let ratio: Double
        }

        struct Segmented: Decodable {
            let text: String
            let words: [String]
        }

        struct Lowered: Decodable {
            let text: String
            let lower: String
        }

        let rouge: [ROUGE]
        let ratios: [Ratio]
        let chinese: [Segmented]
        let lower: [Lowered]
    }

    private static let path = ExternalData.fixture("evaluation/published.json")
    private let goldens: Goldens

    init() throws { goldens = try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: URL(fileURLWithPath: Self.path))) }

    @Test("Both ROUGEs are those of their packages, for odd texts, too")
    func rouge() {
        #expect(goldens.rouge.count > 60)
        for golden in goldens.rouge {
            let sentences = SentenceROUGE.score(golden.prediction.codePoints, golden.reference.codePoints)
            #expect(abs(sentences - golden.sentences) < 1e-9, "\(golden.prediction.debugDescription) \(golden.reference.debugDescription)")
            let words = WordROUGE.scores(golden.prediction, golden.reference)
            for (name, value) in golden.words { #expect(abs((words[name] ?? -1) - value) < 1e-9, "\(name): \(golden.prediction)") }
        }
    }

    @Test("How alike texts are is what difflib says, with its rule for long ones")
    func ratios() {
        for golden in goldens.ratios {
            let ratio = SequenceMatcher(golden.first.codePoints, golden.second.codePoints).ratio
            #expect(abs(ratio - golden.ratio) < 1e-12, "\(golden.first.debugDescription) \(golden.second.debugDescription)")
        }
    }

    @Test("Chinese texts are cut into jieba's words, and their scores count these")
    func chinese() throws {
        let segmenter = try WordSegmenter(folder: ExternalData.fixture("evaluation/jieba"))
        for golden in goldens.chinese {
            #expect(segmenter.words(of: golden.text).map { String($0) } == golden.words)
            #expect(segmenter.words(of: golden.text).flatMap { $0 } == golden.text.codePoints)
        }
        let metric = Metric.qaF1Chinese.measure("1998年毕业于清华大学", references: ["1998年"], segmenter: segmenter)
        #expect(abs(metric.value - 2.0 * 2 / 7) < 1e-9)
        #expect(Metric.qaF1Chinese.measure("1998年", references: ["1998年"]).value == 1)
        #expect { try WordSegmenter(folder: "/nowhere") } throws: { "\($0)".contains("dict.txt") }
    }

    @Test("Letters become small as in Python, and numbers are read as there")
    func python() throws {
        for golden in goldens.lower { #expect(golden.text.codePoints.lowercased == golden.lower.codePoints, "\(golden.text)") }
        let document = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: Self.path))), path: "goldens")
        let numbers = try #require(document.object?["numbers"]?.array)
        #expect(numbers.count > 20)
        for golden in numbers {
            let text = try #require(golden.object?["text"]?.string), value = PythonNumber.float(text.codePoints)
            switch golden.object?["value"] {
            case nil: #expect(value == nil, "\(text)")
            case .string(let name): #expect(value.map { "\($0)" } == name, "\(text)")
            case let wanted?: #expect(value == wanted.number, "\(text)")
            }
        }
    }

    @Test("The way through the table of common subsequences is the one with the fixed ties, however long the texts")
    func subsequences() {
        var state: UInt64 = 5
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<60 {
            let one = (0..<draw(90)).map { _ in draw(5) }, other = (0..<draw(150)).map { _ in draw(6) }
            let common = LongestCommonSubsequence(one, other), wanted = Self.path(one, other)
            #expect(common.path == wanted && common.count == wanted.count)
        }
    }

    /// By the whole table.
    private static func path(_ one: [Int], _ other: [Int]) -> [Int] {
        var table = Array(repeating: Array(repeating: 0, count: other.count + 1), count: one.count + 1)
        for i in one.indices {
            for j in other.indices {
                table[i + 1][j + 1] = one[i] == other[j] ? table[i][j] + 1 : max(table[i][j + 1], table[i + 1][j])
            }
        }
        var found: [Int] = [], i = one.count, j = other.count
        while i > 0, j > 0 {
            if one[i - 1] == other[j - 1] {
                (i, j) = (i - 1, j - 1)
                found.append(i)
            } else if table[i - 1][j] > table[i][j - 1] {
                i -= 1
            } else {
                j -= 1
            }
        }
        return found.reversed()
    }

    @Test("Texts are told apart by code points: one letter written in two ways is two")
    func codePoints() {
        #expect(TokenF1.score("e\u{301}t", "\u{E9}t") == 0)
        #expect(TokenF1.score("ÉTÉ", "été") == 1)
        #expect(SequenceMatcher.similarity("".codePoints, "".codePoints) == 1 && SequenceMatcher.similarity("a".codePoints, []) == 0)
        #expect("a\r\nb\u{2028}c\n".codePoints.splitLines.map { String($0) } == ["a", "b", "c"])
    }

    @Test("No metric fails for what makes no sense, and none gives more than 1", arguments: Self.all)
    func rubbish(metric: Metric) {
        let texts = [
            "", " ", "\n", "...", "\u{301}", "[fact:", "<Route>", "</Route><Route>", "```tsv", "```tsv\na\ta\n1\t2\n```", "Answer: {}",
            "[1,", "A0",
            "<Solution>\n1 / 0 = 0\n= =\n9223372036854775807 + 1 = 0\n</Solution>", "# Search Procedure", "a: b: c", "- ", "段落",
            "Paragraph ",
            "\u{0}\u{FFFD}", String(repeating: "ab ", count: 300), "<Plan>\n**Day 9999999999999999999-1:** from a to b\n</Plan>",
        ]
        for reply in texts {
            for reference in texts {
                let score = metric.measure(reply, references: [reference], choices: ["1", "2", "3", "x"])
                #expect((0...1).contains(score.value))
            }
            #expect(metric.measure(reply, references: []).value <= 1)
        }
    }

    private static let all: [Metric] = [
        .qaF1, .qaF1Chinese, .characterF1, .rougeL, .firstLineROUGE, .rougeLChinese, .characterROUGE, .firstLineF1, .classification, .count,
        .retrieval, .retrievalChinese, .codeSimilarity, .singleChoice, .severalChoices, .sum, .programOutput, .judgements, .containedAnswer,
        .geometricROUGE, .designation, .order, .label, .conjunction, .relation, .relations, .entities, .table, .route, .beliefs, .countdown,
        .travelPlan, .program, .writing, .safety, .containedAnyAnswer, .sameAnswer, .identifiers, .rougeRecall, .rougeRecallChinese,
        .characterROUGERecall, .bleu, .bleuChinese, .choiceLetter,
    ]

    @Test("F1 of labels and the mean of ROUGEs are those of all replies together")
    func totals() {
        let right = Metric.relation.measure("per:title", references: ["per:title"], choices: ["per:title", "per:age"])
        let wrong = Metric.relation.measure("per:age", references: ["per:title"], choices: ["per:title", "per:age"])
        let none = Metric.relation.measure("who knows", references: ["per:title"], choices: ["per:title", "per:age"])
        #expect(abs(Metric.relation.total([right, wrong, none]) - 2 * (0.5 / 3) / (0.5 + 1.0 / 3)) < 1e-7)
        #expect(Metric.relation.total([none]) == 0 && Metric.relation.total([]) == 0)
        let same = Metric.geometricROUGE.measure("a b c", references: ["a b c"])
        let other = Metric.geometricROUGE.measure("a x y", references: ["a b c"])
        // Means of 1 and 1/3, 1 and 0, 1 and 1/3.
        #expect(abs(Metric.geometricROUGE.total([same, other]) - pow(2.0 / 3 * 0.5 * 2.0 / 3, 1.0 / 3)) < 1e-12)
        #expect(MeanScore([same, other], by: .geometricROUGE).interval[0] < 0.7)
    }

    @Test("Names and types are read up to what is none, and the second of three parts is the type")
    func entities() {
        let read = LabelledReplies.entities("Ada: person\nMill: b: c\n\nX: y", query: "")
        #expect(read.map { String($0.name) } == ["Ada", "Mill"] && read.map { String($0.type) } == ["person", "b"])
        #expect(LabelledReplies.entities("A: b\nSentence: no", query: "").count == 1)
        #expect(LabelledReplies.entities("Sentence: Q\nA: b\nSentence: Q\nC: d", query: "Q").map { String($0.name) } == ["C"])
        #expect(
            LabelledReplies.label(
                "service query: Mine?\nintent category: yes\nservice query", query: "Mine?", cue: "intent category:", next: "service query")
                == "yes")
        let relations = Metric.relations.measure(
            "per:title, x per:age", references: ["per:title", "per:age"], choices: ["per:title", "per:age"])
        #expect(abs(relations.value - 1) < 1e-7)
        #expect(LabelledReplies.isSame("However\u{201D}.", "however", dropping: "“”,.\""))
    }

    @Test("Examples are chosen label by label, round by round; a label without any left is stood in for by a later one")
    func walk() {
        let records = [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("c", 5), ("c", 6)]
        #expect(LabelWalk.rounds(records, rounds: 1) { $0.0 }.map(\.1) == [1, 2, 4])
        #expect(LabelWalk.rounds(records, rounds: 2) { $0.0 }.map(\.1) == [1, 2, 4, 3, 5, 6])
        #expect(LabelWalk.rounds(records, rounds: 9) { $0.0 }.count == 6)
    }
}
