import ApusTesting
import Foundation
import Tensors
import Testing

@testable import Planning

@Suite("Machines")
struct MachineTests {
    @Test("A machine is found by its name in any letters, and a name that is none is answered with all that there are")
    func names() throws {
        #expect(try Machine.named("h200").memoryBytes == 141e9)
        do {
            _ = try Machine.named("B300")
            Issue.record("there is no such machine")
        } catch {
            #expect(
                error.description
                    == "There is no machine \"B300\"; name one of this, A100, H100, H200, laptop, or give --flops, --bandwidth, --memory and --link."
            )
        }
    }

    @Test("A rate between two measured sizes lies on the line over their logarithms, and beyond them at the nearest")
    func curves() {
        let curve = RateCurve([.init(size: 1024, rate: 30), .init(size: 256, rate: 10)])
        #expect(curve(512) == 20 && curve(1) == 10 && curve(0x1p20) == 30)
        #expect(RateCurve(7)(123) == 7)
    }

    @Test(
        "Figures that no model can have are refused by name",
        arguments: [
            (0, 1, 1, 1, 1, "parameters"), (1, 0, 1, 1, 1, "layers"), (1, 1, -1, 1, 1, "heads"), (1, 1, 4, 3, 1, "key-value-heads"),
            (1, 1, 4, 8, 1, "key-value-heads"), (1, 1, 1, 1, 100_000, "head-dim"),
        ])
    func nonsense(parameters: Int, layers: Int, heads: Int, keyValueHeads: Int, headDim: Int, name: String) {
        #expect(throws: PlanningError.self) {
            try FigureModel(parameters: parameters, layers: layers, heads: heads, keyValueHeads: keyValueHeads, headDim: headDim)
        }
        do throws(PlanningError) {
            _ = try FigureModel(parameters: parameters, layers: layers, heads: heads, keyValueHeads: keyValueHeads, headDim: headDim)
        } catch {
            guard case .badFigure(name, _, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("What was measured is kept, read back, and refused once it is damaged")
    func files() throws {
        let folder = try TemporaryFolder(), file = MachineFile(path: folder.file("below/machine.json"))
        #expect(try file.read() == nil)
        var rates = MachineRates(kernels: "portable", threads: 2)
        rates.products["Q8_0"] = .init(
            operations: RateCurve(1e12), reading: RateCurve([.init(size: 1, rate: 2), .init(size: 3, rate: 4)]),
            secondsPerNumberArranged: 1e-10)
        rates.attention["q8:q4/64"] = .init(
            operations: 1e12, secondsPerQuery: 1e-9, secondsPerNumber: 1e-10, secondsPerNumberAndQuery: 0, secondsPerRun: 1e-6,
            secondsPerNumberWritten: 1e-10)
        rates[ProductShape(StepCount.Product(type: .q8_0, rows: 3, columns: 32, tokens: 1), weightBytes: 1)] = .init(
            operationsPerSecond: 1, bytesPerSecond: 2)
        var machine = try Machine.named("laptop")
        machine.rates = rates
        try file.write(machine)
        #expect(try file.read() == machine)
        for text in ["", "{}", "[1]", "{\"name\": 3}"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
            #expect(throws: PlanningError.self) { try file.read() }
        }
        machine.bytesPerSecond = -1
        try file.write(machine)
        #expect(throws: PlanningError.self) { try file.read() }
    }

    @Test("Every kernel that is measured has a rate, and what is known is not measured again")
    func measuring() throws {
        let meter = MachineMeter(compute: Compute(pool: WorkerPool(threads: 1), kernels: .best))
        let product = StepCount.Product(type: .q8_0, rows: 96, columns: 64, tokens: 1)
        let shape = ProductShape(product, weightBytes: 5 << 20)
        let absurd = ProductShape(StepCount.Product(type: .q8_0, rows: 1, columns: 1 << 40, tokens: 1), weightBytes: 5 << 20)
        let wanted = MachineMeter.Wanted(types: [.q8_0], shapes: [shape, absurd], attention: [(cache: .bf16, dim: 64)])
        let machine = try meter.machine(wanted)
        #expect(machine.isSound)
        #expect(shape.key == "96x64/8388608" && machine.rates?[shape] != nil && machine.rates?[absurd] == nil)
        #expect(machine.rates?[ProductShape(product, weightBytes: 9 << 20)] == nil)
        #expect(machine.rates?.products["Q8_0"] != nil && machine.rates?.attention["bf16/64"] != nil)
        #expect(try meter.machine(wanted, knowing: machine) == machine)
    }
}
