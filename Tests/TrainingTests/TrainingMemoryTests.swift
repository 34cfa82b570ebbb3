import ApusTesting
import Models
import Tensors
import Testing

@testable import Training

@Suite("Memory of a training")
struct TrainingMemoryTests {
    private func material(_ folder: TemporaryFolder, parts: Int, more: String = "") throws -> TrainingMaterial {
        try TinyModel().write(to: folder.file("tokenizer.gguf"))
        _ = try folder.write(Array(String(repeating: "The keeper of the harbour has the key. ", count: 200).utf8), as: "story.txt")
        let recipe = """
            output: run
            tokenizer: tokenizer.gguf
            model: {layers: 8, width: 128, heads: 4, feed_forward: 512, context: 128}
            steps: 2
            batch_tokens: 512
            part_tokens: \(parts)
            data: {texts: story.txt, length: 64}
            \(more)
            """
        return try TrainingMaterial(TrainingRecipe(path: folder.write(Array(recipe.utf8), as: "recipe.yaml")))
    }

    @Test("A part that the machine has no room for is refused before anything is made, and the message says what to do")
    func refusal() throws {
        let folder = try TemporaryFolder(), material = try material(folder, parts: 100_000_000)
        let run = TrainingRun(material, compute: Compute(pool: WorkerPool(threads: 1)))
        let error = try #require(throws: TrainingError.self) { try run.perform(beginning: .fresh) }
        guard case .notEnoughMemory(let weights, let activations, let tokens, let available) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(weights < activations && activations > available && tokens == 100_000_000)
        #expect(error.description.contains("part_tokens") && error.description.contains("recompute"))
    }

    @Test("Experts count as often as a token uses them")
    func experts() throws {
        func numbers(_ name: String) throws -> (network: Int, configuration: DecoderConfiguration) {
            let (configuration, description, weights) = try Models.Decoder.describe(TinyTraining(name).source)
            return (TrainingMemory.numbersOfNetwork(description, weights, configuration), configuration)
        }
        let dense = try numbers("llama"), routed = try numbers("mixtral")
        #expect(dense.network == 3 * dense.configuration.feedForwardWidth)
        #expect(routed.network == 2 * (3 * routed.configuration.feedForwardWidth + 2 * routed.configuration.width))
    }

    @Test("Activations grow with the tokens of a part, and are fewer where layers are run again")
    func estimate() throws {
        let folder = try TemporaryFolder()
        let small = try material(folder, parts: 512).memory(), large = try material(folder, parts: 1024).memory()
        let recomputed = try material(folder, parts: 1024, more: "recompute: true").memory()
        #expect(large.activationBytes == 2 * small.activationBytes && large.weightBytes == small.weightBytes)
        #expect(recomputed.activationBytes < large.activationBytes / 3)
    }
}
