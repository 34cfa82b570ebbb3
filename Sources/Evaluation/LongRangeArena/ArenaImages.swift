import Foundation
import Training

/// Long Range Arena's image classification: what a small picture shows, read pixel by pixel in grey. The files are CIFAR-10's in the binary form
/// of their authors: data_batch_1.bin to data_batch_5.bin and test_batch.bin. (Krizhevsky, Learning Multiple Layers of Features from Tiny
/// Images, 2009.)
package struct ArenaImages: ArenaTask {
    package static let name = "image"
    package static let summary = "What a picture of 1,024 grey pixels shows, from CIFAR-10's binary files (--data)."
    package static let publishedSizes = ArenaSizes(layers: 1, width: 128, heads: 8, attentionWidth: 64, feedForward: 128)
    package static let positions = ClassifierShape.Positions.learned

    private static let pixels = 1_024
    /// A label, and a byte of red, green and blue for each pixel.
    private static let recordBytes = 1 + 3 * pixels

    package let vocabulary = 257
    package let classes = 10
    package var longest: Int { Self.pixels }
    private let training: [[UInt8]]
    private let tests: [ArenaExample]

    package var trainingCount: Int? { training.count }
    package var testCount: Int { tests.count }

    package init(_ options: ArenaOptions) throws(EvaluationError) {
        guard let folder = options.data else { throw .noData(Self.name) }
        var training: [[UInt8]] = []
        for batch in 1...5 { training += try Self.read(folder, "data_batch_\(batch).bin") }
        self.training = training
        tests = ArenaExamples.some(of: try Self.read(folder, "test_batch.bin").map(Self.example), options)
    }

    package func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample {
        split == .test ? tests[index] : Self.example(training[index])
    }

    private static func read(_ folder: String, _ name: String) throws(EvaluationError) -> [[UInt8]] {
        let path = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { throw .noPublishedFile(name, folder: folder) }
        let bytes = Array(data)
        guard !bytes.isEmpty, bytes.count.isMultiple(of: recordBytes) else {
            throw .badRecord(
                file: path, place: "the whole", reason: "its \(bytes.count) bytes are no whole number of pictures of \(recordBytes)")
        }
        return try stride(from: 0, to: bytes.count, by: recordBytes).map { start throws(EvaluationError) in
            guard bytes[start] < 10 else {
                throw .badRecord(file: path, place: "byte \(start)", reason: "the label is \(bytes[start]) and not one of 0 to 9")
            }
            return Array(bytes[start..<start + recordBytes])
        }
    }

    private static func example(_ record: [UInt8]) -> ArenaExample {
        let tokens = (0..<pixels).map { pixel -> Int32 in
            let colours = (0..<3).map { Double(record[1 + $0 * pixels + pixel]) }
            let grey = zip([0.299, 0.587, 0.114], colours).reduce(0.0) { $0 + $1.0 * $1.1 }
            return Int32(grey) + 1
        }
        return ArenaExample([tokens], label: Int(record[0]))
    }
}
