import ApusTesting
import Diagnostics
import Foundation
import Tensors
import Testing
import Training

@testable import Evaluation

@Suite("Long Range Arena")
struct ArenaTests {
    private func options(_ data: String? = nil, length: Int? = nil) -> ArenaOptions {
        var options = ArenaOptions()
        (options.data, options.length, options.testExamples) = (data, length, 50)
        return options
    }

    private func write(_ text: String, _ name: String, _ folder: TemporaryFolder) throws {
        let file = URL(fileURLWithPath: folder.file(name))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    @Test("No example for testing is trained on, and examples of a seed stay the same")
    func splits() {
        let task = ListOpsTask(options(length: 24)), again = ListOpsTask(options(length: 24))
        let tests = Set((0..<task.testCount).map { task.example(.test, $0).texts[0] })
        #expect(tests.count == 50)
        for index in 0..<400 {
            let example = task.example(.training, index)
            #expect(!tests.contains(example.texts[0]) && example.texts[0] == again.example(.training, index).texts[0])
            #expect(example.label == ListOps.value(of: example.texts[0]) && example.texts[0].count < 24)
        }
    }

    @Test("Reviews are read from the folders of their authors, cut, as bytes and one")
    func reviews() throws {
        let folder = try TemporaryFolder()
        for split in ["train", "test"] {
            for (label, text) in [("neg", "bad"), ("pos", "very good")] { try write(text, "\(split)/\(label)/0_1.txt", folder) }
        }
        let task = try ArenaText(options(folder.path, length: 4))
        #expect(task.trainingCount == 2 && task.testCount == 2)
        #expect(task.example(.training, 0).texts == [[99, 98, 101]] && task.example(.training, 0).label == 0)
        #expect(task.example(.training, 1).texts == [[119, 102, 115, 122]] && task.example(.training, 1).label == 1)
    }

    @Test("Pairs of papers are read from the authors' table, and a bad line is named")
    func papers() throws {
        let folder = try TemporaryFolder()
        for name in ["train", "test"] {
            try write("1.0\tA\tB\tab\tabc\n0\tC\tD\tx\ty\n", "new_aan_pairs.\(name).tsv", folder)
        }
        let task = try ArenaRetrieval(options(folder.path, length: 2))
        #expect(task.trainingCount == 2)
        #expect(task.example(.training, 0).texts == [[98, 99], [98, 99]] && task.example(.training, 0).label == 1)
        try write("1.0\tA\tB\tab\tabc\n2\tC\tD\tx\ty\n", "new_aan_pairs.train.tsv", folder)
        #expect { try ArenaRetrieval(options(folder.path)) } throws: { "\($0)".contains("line 2") }
    }

    @Test("Pictures are read in grey, and damaged files are refused")
    func pictures() throws {
        let folder = try TemporaryFolder()
        var record: [UInt8] = [7]
        for value: UInt8 in [100, 150, 200] { record += [UInt8](repeating: value, count: 1_024) }
        for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] { _ = try folder.write(record, as: name) }
        let task = try ArenaImages(options(folder.path)), example = task.example(.training, 4)
        #expect(task.trainingCount == 5 && example.label == 7 && example.texts[0] == Array(repeating: 141, count: 1_024))
        _ = try folder.write(record.dropLast(), as: "test_batch.bin")
        #expect(throws: EvaluationError.self) { try ArenaImages(options(folder.path)) }
        _ = try folder.write([10] + record.dropFirst(), as: "test_batch.bin")
        #expect(throws: EvaluationError.self) { try ArenaImages(options(folder.path)) }
    }

    @Test(
        "Tasks of published files ask for them", arguments: [ArenaText.self, ArenaRetrieval.self, ArenaImages.self] as [any ArenaTask.Type])
    func absent(task: any ArenaTask.Type) throws {
        #expect(throws: EvaluationError.self) { try task.init(options()) }
        #expect(throws: EvaluationError.self) { try task.init(options("/nowhere")) }
    }

    @Test("Every example of a pass comes once, in another order in the next, and a saved place brings the same again")
    func stream() throws {
        let packer = ArenaPacker(first: nil, tokensPerBatch: 100)
        var stream = ArenaStream(Numbers(), examplesPerStep: 5, packer: packer, seed: 1)
        func tokens(_ stream: inout ArenaStream) -> [Int32] { stream.next().flatMap(\.tokens) }
        let first = tokens(&stream) + tokens(&stream), state = stream.state, second = tokens(&stream) + tokens(&stream)
        #expect(first.sorted() == Array(1...10) && second.sorted() == Array(1...10) && first != second)
        stream.state = state
        #expect(tokens(&stream) == Array(second.prefix(5)))
    }

    /// Ten texts of one token each.
    private struct Numbers: ArenaTask {
        static let name = "numbers", summary = "", publishedSizes = ArenaSizes.small
        let vocabulary = 11, classes = 2, longest = 1, testCount = 10
        let trainingCount: Int? = 10
        init(_ options: ArenaOptions = ArenaOptions()) {}
        func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample { ArenaExample([[Int32(index) + 1]], label: index % 2) }
    }

    @Test("Batches hold whole examples, with a first token where it counts")
    func packing() {
        let examples = [3, 4, 9].map { ArenaExample([Array(repeating: 1, count: $0)], label: 1) }
        let batches = ArenaPacker(first: 9, tokensPerBatch: 9).batches(examples)
        #expect(batches.map(\.batch.tokens.count) == [9, 10] && batches.map(\.labels) == [[1, 1], [1]])
        #expect(batches[0].batch.sequences.map(\.count) == [4, 5] && batches[0].batch.tokens[4] == 9)
    }

    @Test("A training that was stopped goes on to the same score")
    func resumed() throws {
        let folder = try TemporaryFolder()
        var settings = ArenaSettings()
        (settings.steps, settings.examplesPerStep) = (6, 4)
        settings.sizes = ArenaSizes(layers: 1, width: 16, heads: 2, attentionWidth: 16, feedForward: 16)
        let compute = Compute(pool: WorkerPool(threads: 1)), options = options(length: 16)
        let run = ArenaRun(ListOpsTask(options), options: options, settings: settings, compute: compute)
        let whole = try #require(try run.score(.linear, folder: folder.path + "/whole"))
        let cancellation = Cancellation()
        let stopped = try run.score(
            .linear, folder: folder.path + "/parts", progress: { if $0.completed > 60 { cancellation.cancel() } },
            cancellation: cancellation)
        #expect(stopped == nil)
        let resumed = try #require(try run.score(.linear, folder: folder.path + "/parts"))
        #expect(resumed.outcome.loss == whole.outcome.loss && resumed.accuracy == whole.accuracy && whole.testExamples == 50)
        #expect(throws: TrainingError.self) { try run.score(.full, folder: folder.path + "/whole") }
    }
}
