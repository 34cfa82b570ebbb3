import ModelFiles
import Tensors

/// A head that was trained on an encoder's vectors, with all that it takes to see texts as it saw them then.
///
/// It is kept as a safetensors file: `weight` `[classes, dimensions]` and `bias` `[classes]` in float32, `probe`, the encoder's vector of a
/// known text, `stop_words` and `common_words` as lines of UTF-8, and in the metadata the classes and how texts are shortened.
package struct ClassifierHead: Sendable {
    package let regression: SoftmaxRegression
    /// The classes, in the order of the head's rows.
    package let labels: [String]
    package let settings: TextFeatures.Settings
    /// What the encoder was called; for people.
    package let encoder: String
    /// The encoder's vector of `probeText`.
    private let probe: ModelProbe

    /// By its vector an encoder is known again.
    private static let probeText = "The keeper of the lighthouse wrote down what the sea brought him."
    private static let format = "apus-classifier-1"

    /// - Parameter features: what made the vectors that the head was trained on.
    package init(_ regression: SoftmaxRegression, labels: [String], features: TextFeatures) async throws {
        self.regression = regression
        self.labels = labels
        settings = features.settings
        encoder = features.embedder.path.split(separator: "/").last.map(String.init) ?? features.embedder.path
        probe = ModelProbe(vector: try await Self.probeVector(of: features.embedder))
    }

    private static func probeVector(of embedder: Embedder) async throws -> [Float] {
        let text = try embedder.prepare([Array(probeText.utf8)], truncates: true)
        return try await embedder.embed(text)[0].normalized
    }

    /// Refuses an encoder that the head was not trained on.
    package func check(_ embedder: Embedder, file: String) async throws {
        guard embedder.dimensions == regression.dimensions else {
            throw ClassificationError.otherEncoder(
                file: file, encoder: embedder.path,
                reason: "its vectors have \(embedder.dimensions) numbers, and the head's \(regression.dimensions)")
        }
        guard probe.isMade(by: try await Self.probeVector(of: embedder)) else {
            throw ClassificationError.otherEncoder(
                file: file, encoder: embedder.path, reason: "it makes another vector of a known text; the head's was called \(encoder)")
        }
    }
}

// MARK: - The file

extension ClassifierHead {
    package func write(to path: String) throws(ModelFileError) {
        let lists = [("stop_words", settings.shortening?.stopWords), ("common_words", settings.shortening?.commonWords)].map {
            ($0.0, Array(($0.1 ?? []).sorted().joined(separator: "\n").utf8))
        }
        let numbers = [
            ("weight", [regression.classes, regression.dimensions], regression.weights.map { Float($0) }),
            ("bias", [regression.classes], regression.biases.map { Float($0) }), ("probe", [regression.dimensions], probe.vector),
        ]
        let tensors =
            numbers.map { SafetensorsTensor(name: $0.0, element: .float32, shape: $0.1) }
            + lists.map { SafetensorsTensor(name: $0.0, element: .uint8, shape: [$0.1.count]) }
        var writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: metadata)
        for (name, _, values) in numbers { try writer.write(values.flatMap { $0.littleEndianBytes }, of: name) }
        for (name, bytes) in lists where !bytes.isEmpty { try writer.write(bytes, of: name) }
        try writer.finish()
    }

    private var metadata: [String: String] {
        var metadata = [
            "format": Self.format, "labels": JSONValue.array(labels.map(JSONValue.string)).serialized(), "encoder": encoder,
        ]
        if let count = settings.firstTokens { metadata["first_tokens"] = String(count) }
        if let parts = settings.shortening?.parts { metadata["without"] = parts.map(\.rawValue).sorted().joined(separator: ",") }
        return metadata
    }

    /// Reads a head.
    /// - Throws: `ModelFileError` for a file that is missing or damaged, `ClassificationError` for one that is something else.
    package init(path: String) throws {
        let file = HeadFile(try SafetensorsFile(path: path))
        guard file.metadata["format"] == Self.format else { throw file.refusal("its metadata does not say so") }
        let labels = try JSONValue(parsing: Array((file.metadata["labels"] ?? "").utf8), path: path).array?.compactMap(\.string) ?? []
        guard labels.count > 1, Set(labels).count == labels.count else { throw file.refusal("its classes are missing") }
        let bias = try file.floats("bias", shape: [labels.count]), dimensions = file.shape("weight")?.last ?? 0
        let weight = try file.floats("weight", shape: [labels.count, dimensions])
        regression = SoftmaxRegression(
            classes: labels.count, dimensions: dimensions, weights: weight.map(Double.init), biases: bias.map(Double.init))
        self.labels = labels
        probe = ModelProbe(vector: try file.floats("probe", shape: [dimensions]))
        encoder = file.metadata["encoder"] ?? "unknown"
        settings = TextFeatures.Settings(shortening: try file.shortening(), firstTokens: try file.firstTokens())
    }
}

/// A head's file as it is read.
private struct HeadFile {
    private let file: SafetensorsFile

    init(_ file: SafetensorsFile) { self.file = file }

    var metadata: [String: String] { file.metadata }

    func refusal(_ reason: String) -> ClassificationError { .badHead(file: file.path, reason: reason) }

    func shape(_ name: String) -> [Int]? { file.tensor(name)?.shape }

    func floats(_ name: String, shape: [Int]) throws -> [Float] {
        guard let record = file.tensor(name), record.element == .float32, record.shape == shape, !record.range.isEmpty else {
            throw refusal("the tensor \(name) is missing or has another shape")
        }
        let values = Tensor(decoding: try file.matrix(record, as: .f32)).array
        guard values.allSatisfy(\.isFinite) else { throw refusal("the tensor \(name) holds what is no number") }
        return values
    }

    func firstTokens() throws(ClassificationError) -> Int? {
        guard let text = metadata["first_tokens"] else { return nil }
        guard let count = Int(text), count > 0 else { throw refusal("first_tokens is no positive number") }
        return count
    }

    func shortening() throws(ClassificationError) -> Shortening? {
        guard let text = metadata["without"] else { return nil }
        let parts = text.split(separator: ",").map { Shortening.Part(rawValue: String($0)) }
        guard parts.allSatisfy({ $0 != nil }) else { throw refusal("it says that \(text) is left out of texts, which is not known") }
        return Shortening(
            Set(parts.compactMap(\.self)), stopWords: try words("stop_words"), commonWords: try words("common_words"))
    }

    private func words(_ name: String) throws(ClassificationError) -> Set<String> {
        guard let record = file.tensor(name), record.element == .uint8 else { throw refusal("the tensor \(name) is missing") }
        let text = file.withBytes(of: record) { String(decoding: $0, as: UTF8.self) }
        return Set(text.split(separator: "\n").map(String.init))
    }
}

extension Float {
    fileprivate var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> UInt32(8 * $0)) } }
}
