import ApusTesting
import Foundation
import Testing

@testable import Positions

@Suite("Position schemes, held to transformers")
struct SchemeGoldenTests {
    /// What `Scripts/make-rope-goldens.py` wrote down.
    struct Golden: Decodable, Sendable, CustomTestStringConvertible {
        struct Scaling: Decodable, Sendable {
            let ropeType: String?
            let type: String?
            let factor: Double?
            let lowFreqFactor: Double?
            let highFreqFactor: Double?
            let originalMaxPositionEmbeddings: Int?
            let betaFast: Double?
            let betaSlow: Double?
            let attentionFactor: Double?
            let mscale: Double?
            let mscaleAllDim: Double?
            let truncate: Bool?
            let partialRotaryFactor: Double?
            let shortFactor: [Double]?
            let longFactor: [Double]?
        }

        let name: String
        let headDim: Int
        let ropeTheta: Double
        let maxPositionEmbeddings: Int
        let length: Int
        let ropeScaling: Scaling?
        let attentionFactor: Double
        let inverseFrequencies: [Double]

        var testDescription: String { name }
    }

    private struct File: Decodable {
        let cases: [Golden]
    }

    static let goldens: [Golden] = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try? Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("positions/rope.json")))
        return data.flatMap { try? decoder.decode(File.self, from: $0).cases } ?? []
    }()

    private static func scheme(_ golden: Golden) -> any PositionScheme {
        guard let scaling = golden.ropeScaling else { return ModelPositions() }
        let factor = scaling.factor ?? 1, original = scaling.originalMaxPositionEmbeddings ?? golden.maxPositionEmbeddings
        switch scaling.ropeType ?? scaling.type {
        case "linear": return LinearPositions(factor: factor)
        case "dynamic": return DynamicNTKPositions(factor: factor)
        case "proportional": return ProportionalPositions(share: scaling.partialRotaryFactor ?? 1)
        case "llama3":
            return Llama3Positions(
                factor: factor, lowFactor: scaling.lowFreqFactor ?? 1, highFactor: scaling.highFreqFactor ?? 4, originalLength: original)
        case "yarn":
            let weighed = scaling.mscale.flatMap { some in
                scaling.mscaleAllDim.map {
                    YarnPositions.gain(factor: factor, weight: some) / YarnPositions.gain(factor: factor, weight: $0)
                }
            }
            return YarnPositions(
                factor: factor, originalLength: original, fastRotations: scaling.betaFast ?? 32, slowRotations: scaling.betaSlow ?? 1,
                gain: scaling.attentionFactor ?? weighed, truncates: scaling.truncate ?? true)
        default:
            let stretch = Double(golden.maxPositionEmbeddings) / Double(original)
            return LongRoPEPositions(
                shortFactors: scaling.shortFactor ?? [], longFactors: scaling.longFactor ?? [], originalLength: original,
                stretch: stretch, gain: scaling.attentionFactor)
        }
    }

    @Test("Frequencies and gain are those of transformers, up to its single precision", arguments: goldens)
    func frequencies(golden: Golden) {
        let geometry = RotaryGeometry(
            headDim: golden.headDim, rotaryDim: golden.headDim, layout: .halves, base: golden.ropeTheta,
            trainedLength: golden.maxPositionEmbeddings)
        let rotary = Self.scheme(golden).rotary(for: geometry, length: golden.length)
        #expect(rotary.inverseFrequencies.count == golden.inverseFrequencies.count)
        for (found, expected) in zip(rotary.inverseFrequencies, golden.inverseFrequencies) {
            #expect(abs(found - expected) <= 1e-6 * expected)
        }
        #expect(abs(rotary.gain - golden.attentionFactor) < 1e-8)
    }

    @Test("The goldens are there")
    func found() { #expect(Self.goldens.count >= 15) }

    @Test("ALiBi's slopes halve from head to head, and other numbers of heads take every second of the next power")
    func slopes() {
        #expect(ALiBi.slopes(heads: 8) == (1...8).map { Float(1) / Float(1 << $0) })
        let six = ALiBi.slopes(heads: 6).map(Double.init)
        for (slope, exponent) in zip(six, [2.0, 4, 6, 8, 1, 3]) { #expect(abs(slope - exp2(-exponent)) < 1e-7) }
        #expect(ALiBi.slopes(heads: 1, largestBias: 4) == [Float(1) / 16])
    }
}
