import Diagnostics
import Foundation
import Testing

@testable import Generation

@Suite("Sampling options") struct SamplingOptionsTests {
    @Test(
        "A value out of range is refused by name",
        arguments: [
            (SamplingOptions(temperature: -0.1), "temperature"),
            (SamplingOptions(temperature: .nan), "temperature"),
            (SamplingOptions(temperature: .infinity), "temperature"),
            (SamplingOptions(topK: 0), "top-k"),
            (SamplingOptions(topP: 0), "top-p"),
            (SamplingOptions(topP: 1.01), "top-p"),
            (SamplingOptions(topP: .nan), "top-p"),
            (SamplingOptions(minP: -0.01), "min-p"),
            (SamplingOptions(minP: 1.01), "min-p"),
            (SamplingOptions(minP: .nan), "min-p"),
            (SamplingOptions(repetitionPenalty: 0), "repetition penalty"),
            (SamplingOptions(repetitionPenalty: .infinity), "repetition penalty"),
            (SamplingOptions(repetitionWindow: 0), "repetition window"),
            (SamplingOptions(presencePenalty: 2.1), "presence penalty"),
            (SamplingOptions(frequencyPenalty: -.infinity), "frequency penalty"),
            (SamplingOptions(frequencyPenalty: .nan), "frequency penalty"),
            (SamplingOptions(logitBias: [3: 101]), "logit bias of token 3"),
            (SamplingOptions(logitBias: [-1: 0]), "logit bias of token -1"),
        ])
    func refused(options: SamplingOptions, name: String) {
        let error = #expect(throws: SamplingError.self) { try Sampler(options) }
        guard case .invalidOptions(let reasons) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reasons.count == 1 && reasons.allSatisfy { $0.hasPrefix(name) })
    }

    @Test("All reasons come in one error, which is a matter of usage")
    func allReasons() {
        let options = SamplingOptions(
            temperature: -1, topK: -1, topP: 2, minP: 2, repetitionPenalty: -1, repetitionWindow: -1)
        let error = #expect(throws: SamplingError.self) { try options.validate() }
        #expect(error?.kind == .usage)
        #expect(error?.description.components(separatedBy: "; ").count == 6)
    }

    @Test("Values at the border of their ranges are taken")
    func borders() throws {
        try SamplingOptions.greedy.validate()
        try SamplingOptions(temperature: .leastNonzeroMagnitude, topK: 1, topP: 1, minP: 1, repetitionPenalty: 0.5, repetitionWindow: 1)
            .validate()
        try SamplingOptions(topP: .leastNonzeroMagnitude, minP: 0, repetitionWindow: .max).validate()
    }

    @Test("JSON keys are in snake case, and a missing one means its default")
    func json() throws {
        let options = SamplingOptions(
            temperature: 0.5, topK: 4, topP: 0.25, minP: 0.125, repetitionPenalty: 1.5, presencePenalty: -2, frequencyPenalty: 0.5,
            logitBias: [7: -100, 12: 1.5], seed: .max)
        let written = try JSONEncoder().encode(options)
        #expect(try JSONDecoder().decode(SamplingOptions.self, from: written) == options)
        let sparse = Data(#"{"temperature": 1, "top_p": 0.5}"#.utf8)
        #expect(try JSONDecoder().decode(SamplingOptions.self, from: sparse) == SamplingOptions(temperature: 1, topP: 0.5))
        for wrong in [#"{"min_p": 3}"#, #"{"logit_bias": {"5": 1e9}}"#, #"{"logit_bias": {"99999999999": 1}}"#] {
            #expect(throws: SamplingError.self) { try JSONDecoder().decode(SamplingOptions.self, from: Data(wrong.utf8)) }
        }
        let biased = Data(#"{"logit_bias": {"50256": -100}, "presence_penalty": 1}"#.utf8)
        #expect(
            try JSONDecoder().decode(SamplingOptions.self, from: biased)
                == SamplingOptions(presencePenalty: 1, logitBias: [50256: -100]))
    }

    @Test("Greedy options name the settings that cannot matter")
    func withoutEffect() {
        #expect(SamplingOptions(topK: 5, topP: 0.5, minP: 0.5, seed: 1).namesWithoutEffect == ["top-k", "top-p", "min-p", "seed"])
        #expect(SamplingOptions(repetitionPenalty: 1.1).namesWithoutEffect.isEmpty)
        #expect(SamplingOptions(temperature: 1, topK: 5, seed: 1).namesWithoutEffect.isEmpty)
    }
}
