import ApusTesting
import Models
import Tensors
import Testing

@testable import Training

@Suite("Low-rank adapters")
struct AdapterTests {
    private static let options = LoRAOptions(rank: 3, alpha: 6)

    private static func decoder(_ tiny: TinyTraining, _ options: LoRAOptions = Self.options) throws -> TrainedDecoder {
        try tiny.decoder(TrainingOptions(precision: .float32, adapters: options))
    }

    /// B begins at zero; here it does something.
    private static func fill(_ decoder: TrainedDecoder) {
        var generator = SeededGenerator(seed: 7)
        for parameter in decoder.parameters where parameter.name.hasSuffix(".lora_b") {
            for row in 0..<parameter.value.rows {
                for column in 0..<parameter.value.columns { parameter.value[row, column] = generator.normal(deviation: 0.1) }
            }
        }
        decoder.refresh()
    }

    @Test("At first nothing changes, and only adapters are trained", arguments: ["llama", "phi3"])
    func beginning(name: String) throws {
        let tiny = try TinyTraining(name), decoder = try Self.decoder(tiny)
        #expect(decoder.parameters.all.allSatisfy { $0.name.hasSuffix(".lora_a") || $0.name.hasSuffix(".lora_b") })
        #expect(try decoder.loss(of: tiny.batch) == tiny.decoder().loss(of: tiny.batch))
        #expect(decoder.parameters["blk.0.attn_output.weight.lora_a"]?.shape[0] == 3)
    }

    @Test(
        "Gradients are the derivatives of the loss with adapters added to the weights",
        arguments: ["phi3", "gpt2", "gpt_oss"])
    func gradients(name: String) throws {
        let tiny = try TinyTraining(name), decoder = try Self.decoder(tiny), reference = try ReferenceModel(tiny.source)
        Self.fill(decoder)
        let values = Dictionary(uniqueKeysWithValues: decoder.parameters.map { ($0.name, $0.value.array.map(Double.init)) })
        let derivatives = DirectionalDerivatives(values: values, gradients: try decoder.differentiate(tiny.batch).gradients) { values in
            try reference.adding(values, decoder, rank: Self.options.rank, scale: 2).loss(tiny.batch)
        }
        // The third layer is like the first.
        for parameter in decoder.parameters where !parameter.name.hasPrefix("blk.2.") {
            #expect(try derivatives.error(along: [parameter.name], seed: 5) < GradientTests.tolerance, "\(parameter.name)")
        }
    }

    @Test("Merged weights do what weights and adapters do", arguments: ["llama", "phi3", "qwen3_moe"])
    func merging(name: String) throws {
        let tiny = try TinyTraining(name), adapted = try Self.decoder(tiny), whole = try tiny.decoder()
        Self.fill(adapted)
        for name in adapted.adaptedNames {
            let merged = try #require(adapted.mergedWeight(name)), master = try #require(whole.parameters[name])
            merged.copyRows(0..<merged.rows, to: master.value)
        }
        whole.refresh()
        #expect(abs(try whole.loss(of: tiny.batch).sum / adapted.loss(of: tiny.batch).sum - 1) < 1e-5)
        #expect(adapted.mergedWeight("token_embd.weight") == nil)
    }

    @Test("Only the layers that are named get adapters; names that no layer has are refused, as is a rank of 0")
    func targets() throws {
        let tiny = try TinyTraining("llama")
        let decoder = try Self.decoder(tiny, LoRAOptions(targets: ["attn_q", "ffn_up"]))
        #expect(decoder.adaptedNames == (0..<3).flatMap { ["blk.\($0).attn_q.weight", "blk.\($0).ffn_up.weight"] })
        #expect { try Self.decoder(tiny, LoRAOptions(targets: ["query"])) } throws: { "\($0)".contains("attn_q") }
        #expect(throws: DifferentiationError.self) { try Self.decoder(tiny, LoRAOptions(rank: 0)) }
    }

    @Test("The same seed draws the same adapters, whatever layers get them")
    func seeds() throws {
        let tiny = try TinyTraining("llama"), name = "blk.1.ffn_up.weight.lora_a"
        func values(_ options: LoRAOptions) throws -> [Float]? { try Self.decoder(tiny, options).parameters[name]?.value.array }
        #expect(try values(LoRAOptions(seed: 4)) == values(LoRAOptions(targets: ["ffn_up"], seed: 4)))
        #expect(try values(LoRAOptions(seed: 4)) != values(LoRAOptions(seed: 5)))
    }
}

extension ReferenceModel {
    /// The model with `scale · B · A` added to the weights that have adapters, to those of each expert its own.
    fileprivate func adding(_ adapters: [String: [Double]], _ decoder: TrainedDecoder, rank: Int, scale: Double) -> ReferenceModel {
        var model = self
        for name in decoder.adaptedNames {
            guard var weights = model.values[name], let a = adapters[name + ".lora_a"], let b = adapters[name + ".lora_b"] else { continue }
            let experts = decoder.parameters[name + ".lora_a"]?.matrices.count ?? 1
            let outputs = b.count / rank / experts, inputs = a.count / rank / experts
            for expert in 0..<experts {
                let a = Array(a[expert * rank * inputs..<(expert + 1) * rank * inputs])
                let outer = ReferenceRows(
                    rows: outputs, columns: rank, values: Array(b[expert * outputs * rank..<(expert + 1) * outputs * rank]))
                let inner = ReferenceRows(
                    rows: inputs, columns: rank, values: (0..<inputs).flatMap { column in (0..<rank).map { a[$0 * inputs + column] } })
                for (index, value) in outer.times(inner).values.enumerated() { weights[expert * outputs * inputs + index] += scale * value }
            }
            model.values[name] = weights
        }
        return model
    }
}
