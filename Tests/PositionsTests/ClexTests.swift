import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Positions

@Suite("CLEX")
struct ClexTests {
    private static func geometry(dimensions: Int, base: Double = 1e4) -> RotaryGeometry {
        RotaryGeometry(headDim: dimensions, rotaryDim: dimensions, layout: .halves, base: base, trainedLength: 128)
    }

    private static func network(pairs: Int, hidden: Int, isFresh: Bool = false, seed: UInt64 = 1) -> ClexNetwork {
        var random = SeededGenerator(seed: seed)
        func numbers() -> [Double] { (0..<pairs * hidden).map { _ in Double(random.next() >> 40) / Double(1 << 23) - 1 } }
        let up = numbers().map { $0 * 0.2 }
        return ClexNetwork(up: up, down: isFresh ? up.map { _ in 0 } : numbers().map { $0 * 0.05 }, pairs: pairs)
    }

    private func frequencies(_ network: ClexNetwork, dimensions: Int, times: Int) -> [Double] {
        ClexPositions(network: network, name: "clex").rotary(for: Self.geometry(dimensions: dimensions), length: 128 * times)
            .inverseFrequencies
    }

    @Test("A fresh network gives NTK-aware scaling, to the error of the solver")
    func closedForm() {
        var network = Self.network(pairs: 64, hidden: 1, isFresh: true)
        for (step, tolerance) in [(0.01, 1e-9), (0.1, 1e-5), (1, 0.03)] {
            network.step = step
            let found = frequencies(network, dimensions: 128, times: 4)
            for pair in 0..<64 {
                let exact = pow(1e4, -Double(pair) / 64) * pow(7, -Double(pair) / 63)
                #expect(abs(log(found[pair] / exact)) < tolerance)
            }
            #expect(found[0] == 1)
        }
        network.step = 0.01
        let found = frequencies(network, dimensions: 128, times: 4)
        for (pair, value) in [16: 0.0610059123, 32: 3.72172134e-3, 63: 1.64968855e-5] { #expect(abs(found[pair] / value - 1) < 1e-7) }
    }

    @Test("Within the trained length nothing changes, to the last bit, whatever the network")
    func withinTheWindow() {
        let geometry = Self.geometry(dimensions: 16), network = Self.network(pairs: 8, hidden: 12)
        let scheme = ClexPositions(network: network, name: "clex")
        for length in [1, 128] { #expect(scheme.rotary(for: geometry, length: length).inverseFrequencies == geometry.inverseFrequencies) }
        #expect(scheme.rotary(for: geometry, length: 129).inverseFrequencies != geometry.inverseFrequencies)
        #expect(scheme.rotary(for: geometry, length: 129) == scheme.rotary(for: geometry, length: 256))
    }

    @Test("Halving the step divides the solver's error by about 16", arguments: [ClexNetwork.Activation.tanh, .silu])
    func order(activation: ClexNetwork.Activation) {
        var network = Self.network(pairs: 8, hidden: 16)
        network.activation = activation
        func solved(_ step: Double) -> [Double] {
            network.step = step
            return frequencies(network, dimensions: 16, times: 3).map { log($0) }
        }
        let exact = solved(0.002)
        func error(_ step: Double) -> Double { zip(solved(step), exact).map { abs($0 - $1) }.max() ?? 0 }
        #expect((10...24).contains(error(0.1) / error(0.05)))
    }

    @Test("A length that was solved after others is solved as if it came first")
    func grid() {
        let network = Self.network(pairs: 8, hidden: 8), shared = ClexPositions(network: network, name: "clex")
        let geometry = Self.geometry(dimensions: 16)
        for times in [2, 5, 3] {
            let found = shared.rotary(for: geometry, length: 128 * times).inverseFrequencies
            #expect(found == frequencies(network, dimensions: 16, times: times))
        }
        // The longest text that the network is for, and no farther.
        #expect(shared.rotary(for: geometry, length: 128 * 16) == shared.rotary(for: geometry, length: 128 * 40))
        #expect(shared.reach(for: geometry) == 2048)
    }

    @Test("The compatible network looks at frequencies of base 10,000 whatever the model's")
    func compatible() {
        var network = Self.network(pairs: 8, hidden: 8)
        let geometry = Self.geometry(dimensions: 16, base: 5e5)
        let own = ClexPositions(network: network, name: "clex").rotary(for: geometry, length: 512)
        network.base = ClexNetwork.compatibleBase
        let compatible = ClexPositions(network: network, name: "clex").rotary(for: geometry, length: 512)
        #expect(own != compatible)
        let plain = Self.geometry(dimensions: 16)
        #expect(
            ClexPositions(network: network, name: "clex").rotary(for: plain, length: 512).inverseFrequencies
                == frequencies(Self.network(pairs: 8, hidden: 8), dimensions: 16, times: 4))
    }

    @Test("Queries are scaled by the logarithm of the announced length if the network says so")
    func logScale() {
        var network = Self.network(pairs: 8, hidden: 8)
        network.scalesQueries = true
        let rotary = ClexPositions(network: network, name: "clex").rotary(for: Self.geometry(dimensions: 16), length: 128 * 128)
        #expect(rotary.queryScale.map { abs($0.factor(at: 3) - 2) < 1e-12 } == true)
    }

    @Test("A network comes out of a file as it went in, with its settings")
    func file() throws {
        let folder = try TemporaryFolder(), path = folder.file("clex.safetensors"), network = Self.network(pairs: 8, hidden: 16)
        func write(_ metadata: [String: String], columns: Int = 16) throws {
            var writer = try SafetensorsWriter(
                path: path,
                tensors: [
                    SafetensorsTensor(name: "model.clex_layer.proj_func.ode_up_proj", element: .float32, shape: [8, columns]),
                    SafetensorsTensor(name: "model.clex_layer.proj_func.ode_down_proj", element: .float32, shape: [16, 8]),
                ], metadata: metadata)
            for (name, numbers) in [("ode_up_proj", network.up), ("ode_down_proj", network.down)] {
                try numbers.map { Float($0) }.prefix(name == "ode_up_proj" ? 8 * columns : 128).withUnsafeBytes {
                    try writer.write($0, of: "model.clex_layer.proj_func." + name)
                }
            }
            try writer.finish()
        }
        try write(["act": "silu", "max_factor": "8", "time_dt": "0.1", "log_scale": "True"])
        let read = try ClexNetwork(path: path, isCompatible: true)
        #expect(read.up == network.up.map { Double(Float($0)) } && read.down == network.down.map { Double(Float($0)) })
        #expect(read.activation == .silu && read.largestFactor == 8 && read.step == 0.1 && read.scalesQueries && read.base == 1e4)
        try write([:])
        #expect(try ClexNetwork(path: path).largestFactor == 16)
        try write(["time_dt": "7"])
        #expect(throws: PositionError.self) { try ClexNetwork(path: path) }
        try write([:], columns: 12)
        #expect(throws: PositionError.self) { try ClexNetwork(path: path) }
    }
}
