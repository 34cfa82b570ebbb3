import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import Training

@Suite("What a recipe names, opened")
struct TrainingMaterialTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyModel().write(to: folder.file("tokenizer.gguf"))
        let verse = "The keeper of the harbour wrote down what the sea brought him.\n\n"
        _ = try folder.write(Array(String(repeating: verse, count: 60).utf8), as: "story.txt")
    }

    private func material(_ data: String) throws -> TrainingMaterial {
        let recipe = """
            output: run
            tokenizer: tokenizer.gguf
            model: {layers: 1, width: 16, heads: 2, feed_forward: 32, context: 128}
            steps: 10
            batch_tokens: 512
            part_tokens: 256
            evaluation: {tokens: 256}
            data: {texts: story.txt, held_out: 0.2, \(data)}
            """
        return try TrainingMaterial(TrainingRecipe(path: folder.write(Array(recipe.utf8), as: "recipe.yaml")))
    }

    @Test(
        "Each way of packing gives steps of as many tokens as the recipe wants, in parts",
        arguments: ["length: 64", "packing: concatenate", "packing: decomposition, shortest: 32, length: 128", "length: 64, offsets: true"])
    func packings(data: String) throws {
        let material = try material(data)
        var stream = try material.stream()
        for _ in 0..<8 {
            let parts = try stream.next()
            #expect(parts.count == 2 && parts.allSatisfy { $0.tokens.count == 256 && $0.targets.count == 256 })
        }
        let again = try material.stream()
        #expect(again.fits(stream.state))
        let heldOut = material.heldOutBatches()
        #expect(heldOut.reduce(0) { $0 + $1.tokens.count } >= 200 && heldOut.allSatisfy { $0.tokens.count <= 256 })
        #expect(try #require(material.bytesPerToken) > 0.9)
    }

    @Test("Streams are mixed in the shares of the phases")
    func mixture() throws {
        let material = try material(
            "batches_per_step: 4, streams: [{length: 32}, {length: 64, packing: concatenate}], phases: [{share: 1, streams: [3, 1]}]")
        var stream = try material.stream()
        let parts = try (0..<4).flatMap { _ in try stream.next() }
        #expect(parts.count == 8 && parts.allSatisfy { $0.tokens.count == 256 })
        #expect(parts.flatMap(\.sequences).count { $0.count == 64 } == 8)
        #expect(throws: CorpusError.self) { try self.material("streams: [{length: 32}, {kind: lookups, length: 128}]").stream() }
    }

    @Test(
        "What does not fit is refused",
        arguments: [
            ("length: 256", "longer than the 128"), ("packing: decomposition, length: 96", "power of two"),
            ("packing: documents, streams: [{length: 32}, {length: 64}]", "for one stream alone"),
            ("streams: [{kind: lookups, packing: documents}, {length: 64}]", "not for streams of this kind"),
            ("streams: [{length: 32}, {length: 64}], phases: [{share: 1, streams: [1]}]", "a phase needs 2 numbers"),
            ("streams: [{length: 32}, {length: 64}], batches_per_step: 3", "does not divide the 512"),
            ("length: 100", "a multiple of the sequence length 100"), ("shortest: 48", "power of two"),
            ("streams: {length: 3}", "must be a list"),
            ("streams: [{kind: lookups, questions: [3, 1]}]", "a list of two, the least and the most"),
        ])
    func contradictions(data: String, expected: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try material(data).stream() }
        let failure = try #require(error as? any Failure)
        #expect(failure.kind == .usage && failure.description.contains(expected), "\(failure)")
    }

    @Test("Other texts have another fingerprint")
    func fingerprint() throws {
        let before = try material("length: 64").textFingerprint
        #expect(try material("length: 64").textFingerprint == before)
        _ = try folder.write(Array(String(repeating: "Another tale is told here.\n\n", count: 90).utf8), as: "story.txt")
        #expect(try material("length: 64").textFingerprint != before)
    }
}
