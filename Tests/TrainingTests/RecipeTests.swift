import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import Training

@Suite("Recipes")
struct RecipeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try folder.write(Array("GGUF".utf8), as: "tokenizer.gguf")
        _ = try folder.write(Array("Once.".utf8), as: "story.txt")
    }

    private static let whole = """
        output: run
        steps: 2_000
        tokenizer: tokenizer.gguf
        model:
          layers: 4
          width: 128
          heads: 4
          key_value_heads: 2
          feed_forward: 320
        data:
          texts: story.txt
        """

    private func read(_ text: String, output: String? = nil) throws -> TrainingRecipe {
        let path = try folder.write(Array(text.utf8), as: "recipe.yaml")
        return try TrainingRecipe(path: path, output: output)
    }

    /// The error of a text, without the folder's path.
    private func message(_ text: String) throws -> String {
        let error = try #require(throws: RecipeError.self) { _ = try read(text) }
        return error.description.replacingOccurrences(of: folder.path + "/", with: "")
    }

    private func adding(_ lines: String) -> String { Self.whole + "\n" + lines }

    @Test("What is not said has its default, and paths are meant from the recipe's folder")
    func defaults() throws {
        let recipe = try read(Self.whole)
        #expect(recipe.steps == 2000 && recipe.step.tokens == 16_384 && recipe.clip == 1 && recipe.optimizer == .adamW)
        #expect(recipe.output == folder.file("run") && recipe.data.texts == [folder.file("story.txt")])
        #expect(recipe.modelName == "run" && recipe.averagesFrom == nil && recipe.options == TrainingOptions())
        guard case .new(let sizes, let tokenizer) = recipe.origin else {
            Issue.record("a new model was asked for")
            return
        }
        #expect(sizes.headDim == 32 && sizes.keyValueHeads == 2 && sizes.tied && tokenizer == folder.file("tokenizer.gguf"))
        #expect(recipe.learningRates.rate(at: 99) == 0.001)
        #expect(recipe.settings["model.width"] == "128" && recipe.settings["output"] == nil)
        #expect(try read(Self.whole, output: "elsewhere").output == "elsewhere")
    }

    @Test("Every key is read")
    func everything() throws {
        let recipe = try read(
            adding(
                """
                batch_tokens: 4096
                part_tokens: 1024
                precision: float32
                recompute: true
                seed: 9
                optimizer: {kind: muon, rate: 2e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-7, weight_decay: 0, clip: 0, average: 0.25}
                schedule: {kind: wsd, warmup: 10, decay: 0.5, final: 0}
                checkpoint: {every: 50}
                evaluation: {every: 25, tokens: 2048}
                export: {types: [q8_0, f16], folder: true}
                """))
        #expect(recipe.step == StepSize(tokens: 4096, tokensPerPart: 1024) && recipe.seed == 9 && recipe.clip == nil)
        #expect(recipe.options.precision == .float32 && recipe.options.recomputesActivations && recipe.averagesFrom == 1500)
        #expect(recipe.learningRates.curve == .stableThenDecay(steps: 1000) && recipe.learningRates.peak == 2e-3)
        #expect(recipe.optimizerOptions.weightDecay == 0 && recipe.optimizer == .muon && recipe.optimizerOptions.epsilon == 1e-7)
        #expect(recipe.export.mixes.map(\.name) == ["Q8_0", "F16"] && recipe.export.folder)
        let tokens = try read(Self.whole.replacingOccurrences(of: "steps: 2_000", with: "tokens: 1_000_000"))
        #expect(tokens.steps == 62)
    }

    @Test("An unknown key is refused with its line and the nearest known one")
    func unknownKeys() throws {
        #expect(
            try message(adding("optimiser: {}")).hasPrefix(
                "recipe.yaml, line 12: there is no key \"optimiser\"; perhaps \"optimizer\" is meant"))
        let misspelt = try message(Self.whole.replacingOccurrences(of: "  width", with: "  widht"))
        #expect(misspelt == "recipe.yaml, line 6: there is no key \"model.widht\"; perhaps \"model.width\" is meant.")
        #expect(try message(adding("rate: 1")).contains("perhaps \"optimizer.rate\" is meant"))
        #expect(try message(adding("xyzzyx: 1")).contains("docs/training.md lists those that there are"))
    }

    @Test(
        "Values of another type or out of range are refused in one sentence",
        arguments: [
            ("batch_tokens: many", "line 12: \"batch_tokens\" is many, but it must be a whole number from 1 on."),
            ("batch_tokens: \"16\"", "\"batch_tokens\" is 16, but it must be a whole number"),
            ("batch_tokens:", "\"batch_tokens\" is empty, but it must be a whole number"),
            ("precision: fp8", "\"precision\" is fp8, but it must be one of bfloat16, float32."),
            ("recompute: yes", "it must be one of true, false"), ("seed: -1", "\"seed\" is -1"),
            ("optimizer: {beta1: 1.5}", "\"optimizer.beta1\" is 1.5, but it must be a number from 0 to 0.9999."),
            ("optimizer: 3", "\"optimizer\" must hold keys"),
            ("export: {types: [q9]}", "\"export.types\" is q9, but it must be one of f32"),
            ("export: {types: []}", "\"export.types\" is [], but it must be a list"),
            ("adapters: {rank: 4}", "adapters need a model"), ("steps: 5", "the key \"steps\" stands there twice"),
            ("tokens: 5", "give one of them"), ("seed: [", "this is not YAML that can be read"),
        ])
    func wrongValues(lines: String, expected: String) throws {
        let message = try message(adding(lines))
        #expect(message.contains(expected), "\(message)")
    }

    @Test("Missing keys and missing files are named")
    func missing() throws {
        #expect(
            try message("output: run").contains("the key \"tokenizer\" is missing") || message("output: run").contains("\"model.heads\""))
        #expect(try message(Self.whole.replacingOccurrences(of: "steps: 2_000\n", with: "")).contains("the key \"steps\" is missing"))
        let text = Self.whole.replacingOccurrences(of: "story.txt", with: "tale.txt")
        #expect(try message(text) == "recipe.yaml, line 11: \"data.texts\" names tale.txt, which does not exist.")
        let error = try #require(throws: RecipeError.self) { _ = try read(text) }
        #expect(error.kind == .missingInput)
        let none = #expect(throws: RecipeError.self) { _ = try TrainingRecipe(path: folder.file("none.yaml")) }
        #expect(none?.kind == .missingInput && none?.description.contains("there is no such file") == true)
        #expect(try message("").contains("it is empty"))
    }

    @Test("Sizes that do not fit each other, and sizes of a model that has its own, are refused")
    func contradictions() throws {
        #expect(
            try message(Self.whole.replacingOccurrences(of: "key_value_heads: 2", with: "key_value_heads: 3")).contains("does not divide"))
        #expect(try message(Self.whole.replacingOccurrences(of: "model:", with: "model:\n  from: story.txt")).contains("is for new models"))
    }

    @Test("Names of one place are near, and so are neighbouring letters")
    func distances() {
        #expect(RecipeKeys.editDistance("kitten", "sitting") == 3)
        #expect(RecipeKeys.editDistance("", "abc") == 3 && RecipeKeys.editDistance("abc", "abc") == 0)
        #expect(RecipeKeys.nearest(to: "schedule.warm_up") == "schedule.warmup")
        #expect(RecipeKeys.nearest(to: "data.text") == "data.texts")
    }

    @Test("No key stands in the table twice, and docs/training.md has the table as it is")
    func documentation() throws {
        #expect(Set(RecipeKeys.all.map(\.path)).count == RecipeKeys.all.count)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/training.md"), encoding: .utf8)
        #expect(page.contains(RecipeKeys.documentation), "the page should hold:\n\(RecipeKeys.documentation)")
    }
}
