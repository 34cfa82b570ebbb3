import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors
import Testing

@Suite("M2-BERT")
struct M2BERTTests {
    private static func encoder(
        _ change: (inout JSONObject) -> Void = { _ in }, options set: (inout EncoderOptions) -> Void = { _ in }
    ) throws -> TextEncoder {
        let checkpoint = try TinyCheckpoint(encoderNamed: "m2-bert"), folder = try TemporaryFolder()
        var settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object)
        var options = EncoderOptions()
        change(&settings)
        set(&options)
        return try withExtendedLifetime(folder) {
            try checkpoint.write(to: folder.path)
            _ = try folder.write(Array(JSONValue.object(settings).serialized().utf8), as: "config.json")
            let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
            return try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 2)), options: options)
        }
    }

    private static func rows(_ states: Tensor) -> [[Float]] { (0..<states.rows).map { states.withRow($0, Array.init) } }

    private static func difference(_ one: [Float], _ other: [Float]) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
    }

    private struct Golden: Decodable {
        let pooled: [[Float]]
        let lengths: [Int]
        let tokens: [Int32]
    }

    @Test("The vectors are the reference's: the first state, through the model's own last layer")
    func pooled() throws {
        let url = URL(fileURLWithPath: ExternalData.fixture("encoders/m2-bert/golden.json"))
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
        let encoder = try Self.encoder()
        for (length, vector) in zip(golden.lengths, golden.pooled) {
            let state = try encoder.states(of: [Array(golden.tokens.prefix(length))], wanted: .first)[0]
            #expect(Self.difference(encoder.finished(state.array), vector) < 5e-5)
        }
    }

    @Test("Padding is seen: without it the same text has other states, and a text of the whole window the same")
    func padding() throws {
        let tokens = try TinyCheckpoint(encoderNamed: "m2-bert").tokens
        let text = Array(tokens.prefix(30)), whole = (0..<96).map { tokens[$0 % tokens.count] }
        let padded = try Self.encoder(), trimmed = try Self.encoder(options: { $0.padding = TextPadding.none })
        let one = try Self.rows(padded.states(of: [text])[0]), other = try Self.rows(trimmed.states(of: [text])[0])
        #expect(one.count == 30 && other.count == 30 && Self.difference(one[0], other[0]) > 1e-2)
        let byHand = try Self.rows(trimmed.states(of: [text + Array(repeating: 0, count: 66)])[0])
        #expect(zip(one, byHand).allSatisfy { Self.difference($0, $1) < 1e-5 })
        #expect(try Self.rows(padded.states(of: [whole])[0]) == Self.rows(trimmed.states(of: [whole])[0]))
        #expect(padded.rowCount(tokens: 30) == 96 && trimmed.rowCount(tokens: 30) == 30)
    }

    @Test("Unpadded texts of mixed lengths do not see one another")
    func packing() throws {
        let encoder = try Self.encoder(options: { $0.padding = TextPadding.none })
        let tokens = try TinyCheckpoint(encoderNamed: "m2-bert").tokens, texts = [1, 40, 2, 40, 33].map { Array(tokens.suffix($0)) }
        for (text, states) in zip(texts, try encoder.states(of: texts)) {
            let alone = try Self.rows(encoder.states(of: [text])[0])
            #expect(zip(Self.rows(states), alone).allSatisfy { Self.difference($0, $1) < 1e-5 })
        }
    }

    @Test("Every token knows those behind it, by way of the window's last")
    func bothWays() throws {
        let encoder = try Self.encoder(), text = (0..<96).map { Int32(4 + $0 * 41 % 120) }
        var other = text
        other[95] = 5
        let before = try encoder.states(of: [text], wanted: .first)[0].array,
            after = try encoder.states(of: [other], wanted: .first)[0].array
        #expect(Self.difference(before, after) > 1e-5)
    }

    @Test(
        "Other variants are refused by the setting that asks for them",
        arguments: [
            "monarch_mixer_sequence_mixing", "use_monarch_mlp", "residual_long_conv", "bidirectional", "use_glu_mlp",
            "use_positional_encodings",
        ])
    func variants(setting: String) throws {
        #expect { _ = try Self.encoder { $0[setting] = .bool(false) } } throws: { "\($0)".contains(setting) }
    }

    @Test("What is for attention, and what the taps do not reach, is refused; so is padding of models that have none")
    func refusals() throws {
        let sets: [@Sendable (inout EncoderOptions) -> Void] = [
            { $0.positions = "linear:2" }, { $0.method = "selfextend:2:8" }, { $0.temperatureScale = 0.5 }, { $0.contextLength = 97 },
        ]
        for set in sets {
            #expect { _ = try Self.encoder(options: set) } throws: { ($0 as? any Failure)?.kind == .usage }
        }
        let folder = try TemporaryFolder(), checkpoint = try TinyCheckpoint(encoderNamed: "bert")
        try checkpoint.write(to: folder.path)
        let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
        var options = EncoderOptions()
        options.padding = .window
        #expect(throws: EncoderError.noPadding(architecture: "bert")) {
            _ = try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 1)), options: options)
        }
    }
}
