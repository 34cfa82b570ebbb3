import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Models
import Retrieval
import Tensors
import Testing

@Suite("Heads of Hugging Face models, held to transformers")
struct SequenceHeadTests {
    private struct Golden: Decodable {
        struct Text: Decodable {
            let tokens: Int
            let second_part: Int?
        }
        let texts: [Text]
    }

    private static func texts(_ checkpoint: TinyCheckpoint) throws -> [EncoderText] {
        let path = ExternalData.fixture("classifiers/\(checkpoint.name)/golden.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        return golden.texts.map { EncoderText(Array(checkpoint.tokens.prefix($0.tokens)), secondPart: $0.second_part) }
    }

    @Test("They find the logits of transformers, of pairs and of single texts in one pass", arguments: TinyCheckpoint.classifierNames)
    func goldens(name: String) async throws {
        let checkpoint = try TinyCheckpoint(classifierNamed: name), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path, tokenizer: true)
        let classifier = try SequenceClassifier(at: folder.path, threads: 2), texts = try Self.texts(checkpoint)
        let logits = try await classifier.logits(of: texts)
        #expect(classifier.head.labels == logits[0].indices.map { "class \($0)" })
        for (own, golden) in zip(logits, checkpoint.states) {
            #expect(own.count == golden.rows[0].count)
            for (one, other) in zip(own, golden.rows[0]) { #expect(abs(one - other) < 5e-5) }
        }
    }

    @Test("The type of the second text counts where the model has one")
    func types() async throws {
        let checkpoint = try TinyCheckpoint(classifierNamed: "bert"), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path, tokenizer: true)
        let classifier = try SequenceClassifier(at: folder.path, threads: 1), tokens = Array(checkpoint.tokens.prefix(20))
        let logits = try await classifier.logits(of: [EncoderText(tokens, secondPart: 10), EncoderText(tokens)])
        #expect(abs(logits[0][0] - logits[1][0]) > 1e-3)
    }

    @Test("Scores are probabilities of classes, or the numbers themselves of one output")
    func scores() throws {
        func head(_ name: String, _ change: (inout TinyCheckpoint) -> Void = { _ in }) throws -> SequenceHead {
            var checkpoint = try TinyCheckpoint(classifierNamed: name)
            change(&checkpoint)
            let folder = try TemporaryFolder()
            try checkpoint.write(to: folder.path)
            let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
            return try #require(try SequenceHead(source, width: 32))
        }
        #expect(try head("bert").scores(of: [2.5]) == [2.5])
        let probabilities = try head("roberta").scores(of: [0, 0, 1])
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12 && probabilities[2] > probabilities[0])
        let several = try head("roberta") {
            $0.config = $0.config.replacing("\"model_type\"", with: "\"problem_type\": \"multi_label_classification\", \"model_type\"")
        }
        #expect(several.scores(of: [0, 100, -100]).map { ($0 * 2).rounded() / 2 } == [0.5, 1, 0])
    }

    @Test("A folder without a head, and a head of another width, are refused")
    func refusals() throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(encoderNamed: "bert").write(to: folder.path, tokenizer: true)
        #expect(throws: ClassificationError.noHead(path: folder.path)) { try SequenceClassifier(at: folder.path, threads: 1) }
        let other = try TemporaryFolder()
        var checkpoint = try TinyCheckpoint(classifierNamed: "bert")
        for index in checkpoint.tensors.indices where checkpoint.tensors[index].name == "classifier.weight" {
            checkpoint.tensors[index].shape = [1, 16]
        }
        try checkpoint.write(to: other.path, tokenizer: true)
        #expect {
            try SequenceClassifier(at: other.path, threads: 1)
        } throws: {
            "\($0)".contains("cls.output.weight")
        }
    }
}

@Suite("Cross-encoders")
struct CrossEncoderTests {
    private static let bert = processor("BertProcessing")
    private static let roberta = processor("RobertaProcessing")
    private static let template = """
        {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}], "pair": [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 1}}], "special_tokens": {
        "[CLS]": {"id": "[CLS]", "ids": [0]}, "[SEP]": {"id": "[SEP]", "ids": [1]}}}
        """

    private static func processor(_ kind: String) -> String {
        "{\"type\": \"\(kind)\", \"cls\": [\"<|endoftext|>\", 0], \"sep\": [\"<|im_start|>\", 1]}"
    }

    /// A tiny cross-encoder whose tokenizer says what stands around two texts: tokens 0 and 1.
    private static func folder(_ name: String, processor: String = bert) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(classifierNamed: name).write(to: folder.path, tokenizer: true)
        let text = try String(contentsOfFile: folder.file("tokenizer.json"), encoding: .utf8)
        _ = try folder.write(Array(("{\"post_processor\": " + processor + ", " + text.dropFirst()).utf8), as: "tokenizer.json")
        return folder
    }

    private static func pair(_ folder: TemporaryFolder) throws -> EncoderText {
        try SequenceClassifier(at: folder.path, threads: 1).pairs("ab", ["c"], truncates: false)[0].text
    }

    @Test("A pair has the query, what parts it from the passage, and the passage, of BERT with a type of its own")
    func pairs() throws {
        for processor in [Self.bert, Self.template] {
            let text = try Self.pair(Self.folder("bert", processor: processor))
            #expect(text.tokens.count == 6 && text.tokens[0] == 0 && text.tokens[3] == 1 && text.tokens[5] == 1 && text.secondPart == 4)
        }
        let roberta = try Self.pair(Self.folder("xlm-roberta", processor: Self.roberta))
        #expect(roberta.tokens.count == 7 && roberta.tokens[3...4] == [1, 1] && roberta.secondPart == nil)
    }

    @Test("A template for pairs that is not of that form counts as none")
    func oddTemplates() throws {
        for (old, new) in [
            ("\"id\": \"B\", \"type_id\": 1", "\"id\": \"A\", \"type_id\": 1"),
            ("\"id\": \"A\", \"type_id\": 0}},\n", "\"id\": \"A\", \"type_id\": 1}},\n"),
            ("\"[SEP]\", \"type_id\": 1", "\"[END]\", \"type_id\": 1"),
        ] {
            #expect(Self.template.contains(old))
            let folder = try Self.folder("bert", processor: Self.template.replacing(old, with: new))
            #expect(throws: ClassificationError.noPairs(path: folder.path)) { try Self.pair(folder) }
        }
    }

    @Test("Passages are ordered by the head's number for each pair, and one that is too long is refused or cut")
    func ranking() async throws {
        let folder = try Self.folder("bert"), classifier = try SequenceClassifier(at: folder.path, threads: 1)
        let passages = ["the hat", "a cat on the mat", "xyz", String(repeating: "q", count: 200)]
        let candidates = passages.enumerated().map { Candidate(RankedPassage(id: "p\($0)", text: $1), score: 0) }
        let ranker = try CrossEncoderRanker(classifier, truncates: true), cancellation = Cancellation()
        let (found, cost) = try await ranker.rank("the cat", id: "q", candidates: candidates, cancellation: cancellation)
        let pairs = try classifier.pairs("the cat", passages, truncates: true)
        let logits = try await classifier.logits(of: pairs.map(\.text)).map { Double($0[0]) }
        let expected = passages.indices.sorted { logits[$0] > logits[$1] }.map { "p\($0)" }
        #expect(found.entries.map(\.id) == expected && cost.calls == 4)
        #expect(pairs[3].text.tokens.count == classifier.window && cost.tokensCut == pairs[3].cutTokens && cost.tokensCut > 0)
        #expect(throws: EmbeddingError.self) { try classifier.pairs("the cat", passages, truncates: false) }
        #expect(throws: EmbeddingError.self) { try classifier.pairs(String(repeating: "q", count: 200), ["a"], truncates: true) }
    }

    @Test("A head of several classes is no cross-encoder, and a tokenizer without pairs is told")
    func refusals() throws {
        let roberta = try Self.folder("roberta", processor: Self.roberta)
        let classifier = try SequenceClassifier(at: roberta.path, threads: 1)
        #expect(throws: RankingError.notACrossEncoder(path: roberta.path, labels: 3)) {
            try CrossEncoderRanker(classifier, truncates: false)
        }
        let plain = try TemporaryFolder()
        try TinyCheckpoint(classifierNamed: "bert").write(to: plain.path, tokenizer: true)
        let single = try SequenceClassifier(at: plain.path, threads: 1)
        #expect(throws: ClassificationError.noPairs(path: plain.path)) { try single.pairs("a", ["b"], truncates: false) }
    }
}

@Suite("Logistic regression, held to scikit-learn")
struct SoftmaxRegressionTests {
    private struct Golden: Decodable {
        let penalty: Double
        let features: [[Float]]
        let labels: [Int]
        let weights: [[Double]]
        let probabilities: [[Double]]
    }

    private static func golden() throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("classifiers/regression.json"))))
    }

    @Test("It learns the weights that scikit-learn learns, from anywhere")
    func goldens() throws {
        let golden = try Self.golden()
        let model = try SoftmaxRegression(features: golden.features, labels: golden.labels, classes: 3, penalty: golden.penalty)
        for (own, other) in zip(model.weights, golden.weights.flatMap(\.self)) { #expect(abs(own - other) < 1e-4) }
        for (row, probabilities) in zip(golden.features, golden.probabilities) {
            for (own, other) in zip(model.probabilities(row), probabilities) { #expect(abs(own - other) < 1e-5) }
        }
        let start = SoftmaxRegression(classes: 3, dimensions: 5, weights: (0..<15).map { Double($0 % 4) - 1 }, biases: [1, -2, 0])
        let again = try SoftmaxRegression(
            features: golden.features, labels: golden.labels, classes: 3, penalty: golden.penalty, start: start)
        for (own, other) in zip(model.weights, again.weights) { #expect(abs(own - other) < 1e-4) }
    }

    @Test("Classes that lie apart are learned, held out in folds that every class is spread over, the same for the same seed")
    func training() throws {
        let golden = try Self.golden(), labels = golden.labels
        let first = try HeadTraining(features: golden.features, labels: labels, classes: 3, folds: 5, seed: 7)
        let second = try HeadTraining(features: golden.features, labels: labels, classes: 3, folds: 5, seed: 7)
        #expect(first.head == second.head && first.trials == second.trials)
        #expect(first.chosen.accuracy > 0.6 && first.trials.map(\.penalty) == HeadTraining.penalties)
        #expect(first.chosen.accuracy == first.trials.map(\.accuracy).max())
        let folds = Folds(labels: labels, count: 5, seed: 7)
        for fold in 0..<5 {
            #expect(folds.heldOut(fold).count == 12 && Set(folds.heldOut(fold) + folds.training(fold)).count == 60)
            #expect(Set(folds.heldOut(fold).map { labels[$0] }) == [0, 1, 2])
        }
        #expect(Folds(labels: labels, count: 5, seed: 8) != folds)
    }

    @Test("A request to stop is heard")
    func cancellation() throws {
        let golden = try Self.golden(), cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: Interrupted.self) {
            try HeadTraining(
                features: golden.features, labels: golden.labels, classes: 3, folds: 2, seed: 1, cancellation: cancellation)
        }
    }
}
