import ModelFiles
import Tensors
import Testing

@Suite("The reference forward pass")
struct ReferenceDecoderTests {
    /// Goldens are rounded to six digits; the two passes differ only in the order of their float64 sums.
    static let rounding = 1e-6

    @Test("It finds the golden logits of the tiny models", arguments: GoldenLogits.tinyModels)
    func tinyModels(name: String) throws {
        let reference = try ReferenceDecoder(GGUFFile(path: GoldenLogits.modelPath(name)))
        try agree(reference, with: GoldenLogits.named(name))
    }

    @Test("It finds the golden logits of the story model", .enabled(if: TestFiles.hasStories, "needs shared/data/models/stories260K"))
    func storyModel() throws {
        let reference = try ReferenceDecoder(GGUFFile(path: TestFiles.storyModelPath))
        try agree(reference, with: GoldenLogits.named("stories260K"))
    }

    @Test("It tells the known story token by token", .enabled(if: TestFiles.hasStories, "needs shared/data/models/stories260K"))
    func knownStory() throws {
        let reference = try ReferenceDecoder(GGUFFile(path: TestFiles.storyModelPath))
        let story = try GreedyStory.load()
        // One pass over the whole story: by induction, each token follows from those before it as it would when generated.
        let logits = reference.logits(after: story.promptIds + story.generatedIds.dropLast())
        #expect(logits.dropFirst(story.promptIds.count - 1).map(likeliest) == story.generatedIds)
    }

    @Test("Its goldens agree with llama.cpp as closely as they state", arguments: GoldenLogits.tinyModels + ["stories260K"])
    func peer(name: String) throws {
        let golden = try GoldenLogits.named(name)
        let peer = try #require(golden.peer)
        #expect(peer.float32Copy.largestDifference < 1e-4)
        #expect(peer.float32Copy.equalArgmax == golden.cases.reduce(0) { $0 + $1.tokens.count })
        for row in golden.cases.flatMap(\.rows) {
            let differences = try zip(row.logits, #require(row.peerLogits)).map { abs($0 - $1) }
            #expect(differences.max() ?? .infinity <= peer.float32Copy.largestDifference + 2 * Self.rounding)
        }
    }

    @Test("A token that sees only itself is read as if it stood alone", arguments: GoldenLogits.tinyModels)
    func visibility(name: String) throws {
        let reference = try ReferenceDecoder(GGUFFile(path: GoldenLogits.modelPath(name)))
        let together = reference.logits(after: [7, 65, 200], sees: ==)
        let alone = [7, 65, 200].map { reference.logits(after: [$0])[0] }
        for (row, expected) in zip(together, alone) {
            #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-9 })
        }
    }

    @Test("Widening a model to float32 changes no logit", arguments: GoldenLogits.tinyModels)
    func widening(name: String) throws {
        let stored = try GGUFFile(path: GoldenLogits.modelPath(name))
        let widened = try stored.widened()
        #expect(widened.tensors.allSatisfy { $0.type == .f32 })
        let tokens: [Int32] = [3, 250, 41]
        #expect(try ReferenceDecoder(widened).logits(after: tokens) == ReferenceDecoder(stored).logits(after: tokens))
    }

    /// Every golden case: the likeliest token everywhere, the logits that are written down, and the greedy continuation.
    private func agree(_ reference: ReferenceDecoder, with golden: GoldenLogits) {
        for expected in golden.cases {
            let logits = reference.logits(after: expected.tokens + expected.greedy.dropLast())
            let chosen = logits.map(likeliest)
            #expect(Array(chosen.prefix(expected.tokens.count)) == expected.argmax)
            #expect(Array(chosen.suffix(expected.greedy.count)) == expected.greedy)
            for row in expected.rows {
                #expect(row.largestDifference(from: logits[row.position]) < Self.rounding)
            }
        }
    }
}
