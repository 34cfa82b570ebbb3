import ApusTesting
import Foundation
import Tensors
import Testing

@testable import Training

@Suite("Schedules, AdamW, Muon, clipping and averages")
struct OptimizationTests {
    @Test("The rate climbs in a straight line, then follows its curve to the last rate")
    func schedules() {
        var schedule = LearningRateSchedule(curve: .cosine, peak: 2, warmupSteps: 10, finalShare: 0.1, steps: 110)
        #expect(schedule.rate(at: 0) == 0.2 && schedule.rate(at: 9) == 2 && schedule.rate(at: 10) == 2)
        for step in 10..<110 {
            let expected = 0.2 + 1.8 * (1 + cos(.pi * Double(step - 10) / 100)) / 2
            #expect(abs(schedule.rate(at: step) - expected) < 1e-12)
        }
        #expect(abs(schedule.rate(at: 110) - 0.2) < 1e-12 && schedule.rate(at: 500) == schedule.rate(at: 110))

        schedule.curve = .stableThenDecay(steps: 40)
        #expect((10...70).allSatisfy { schedule.rate(at: $0) == 2 })
        #expect(abs(schedule.rate(at: 90) - 1.1) < 1e-12 && abs(schedule.rate(at: 110) - 0.2) < 1e-12)

        schedule.curve = .constant
        #expect(schedule.rate(at: 4) == 1 && schedule.rate(at: 10) == 2 && schedule.rate(at: 1000) == 2)
        #expect(LearningRateSchedule(curve: .constant, peak: 1, steps: 5).rate(at: 0) == 1)
    }

    /// A matrix and a vector with random values.
    private func parameters(_ rows: Int, _ columns: Int) -> [Parameter] {
        var random = SeededGenerator(seed: 3)
        func tensor(_ rows: Int) -> Tensor {
            Tensor(rows: rows, columns: columns, (0..<rows * columns).map { _ in random.normal() })
        }
        return [
            Parameter(name: "blk.0.ffn_up.weight", shape: [rows, columns], value: tensor(rows), decays: true),
            Parameter(name: "output_norm.weight", shape: [columns], value: tensor(1), decays: false),
        ]
    }

    @Test("AdamW follows the formulas of its paper, worked out in float64", arguments: [1, 2])
    func adamW(threads: Int) {
        let parameters = parameters(7, 33), compute = ToyTraining.compute(threads: threads)
        var options = AdamWOptions()
        (options.firstDecay, options.secondDecay, options.weightDecay, options.epsilon) = (0.8, 0.97, 0.3, 1e-6)
        let optimizer = AdamW(parameters, options: options, compute: compute)
        var values = parameters.map { $0.value.array.map(Double.init) }
        var first = values.map { $0.map { _ in 0.0 } }, second = first
        var random = SeededGenerator(seed: 5)
        for number in 1...25 {
            let rate = 0.02 / Double(number)
            for (place, parameter) in parameters.enumerated() {
                for index in 0..<parameter.value.count {
                    let gradient = random.normal()
                    parameter.gradient.values[index] = gradient
                    let scaled = Double(gradient) * 0.5
                    first[place][index] = 0.8 * first[place][index] + 0.2 * scaled
                    second[place][index] = 0.97 * second[place][index] + 0.03 * scaled * scaled
                    let mean = first[place][index] / (1 - pow(0.8, Double(number)))
                    let square = second[place][index] / (1 - pow(0.97, Double(number)))
                    if parameter.decays { values[place][index] *= 1 - rate * 0.3 }
                    values[place][index] -= rate * mean / (square.squareRoot() + 1e-6)
                }
            }
            optimizer.step(number, rate: rate, gradientScale: 0.5)
        }
        for (parameter, expected) in zip(parameters, values) {
            for (value, expected) in zip(parameter.value.array, expected) { #expect(abs(Double(value) - expected) < 2e-6) }
        }
        #expect(optimizer.memory.map(\.name).prefix(2) == ["blk.0.ffn_up.weight.first", "blk.0.ffn_up.weight.second"])
    }

    @Test("The steps of Muon are near orthogonal, in either shape", arguments: [(12, 30), (30, 12), (16, 16)])
    func orthogonal(rows: Int, columns: Int) {
        let matrix = parameters(rows, columns)[0].value
        let result = Orthogonalizer(Workspace(compute: ToyTraining.compute())).orthogonal(matrix)
        // The smaller Gram matrix is near the identity: the polynomial leaves singular values between about 0.7 and 1.2.
        let isWide = rows <= columns, size = min(rows, columns)
        func entry(_ row: Int, _ column: Int) -> Float { isWide ? result[row, column] : result[column, row] }
        for one in 0..<size {
            for other in 0..<size {
                let product = (0..<max(rows, columns)).reduce(Float(0)) { $0 + entry(one, $1) * entry(other, $1) }
                #expect(abs(product - (one == other ? 1 : 0)) < 0.55)
            }
        }
    }

    @Test("Muon steps matrices of layers by momentum and leaves vectors to AdamW")
    func muon() {
        let parameters = parameters(8, 8), before = parameters.map(\.value.array)
        for parameter in parameters { for index in 0..<parameter.value.count { parameter.gradient.values[index] = Float(index % 3) - 1 } }
        let muon = Muon(parameters, compute: ToyTraining.compute())
        #expect(muon.memory.map(\.name) == ["blk.0.ffn_up.weight.momentum", "output_norm.weight.first", "output_norm.weight.second"])
        muon.step(1, rate: 0.01, gradientScale: 1)
        for (parameter, before) in zip(parameters, before) { #expect(parameter.value.array != before) }
    }

    @Test("Muon steps each matrix of a stack of experts as if it stood alone")
    func stacks() {
        func parameter(_ shape: [Int], _ numbers: some Collection<Float>) -> Parameter {
            let value = Tensor(rows: numbers.count / 6, columns: 6, Array(numbers))
            let parameter = Parameter(name: "blk.0.ffn_up_exps.weight", shape: shape, value: value, decays: true)
            for index in 0..<value.count { parameter.gradient.values[index] = (value.values[index] * 7).truncatingRemainder(dividingBy: 1) }
            return parameter
        }
        let numbers = (0..<72).map { Float($0 * $0 % 31) / 10 - 1 }
        let stack = parameter([3, 4, 6], numbers), single = parameter([4, 6], numbers[24..<48])
        for parameter in [stack, single] { Muon([parameter], compute: ToyTraining.compute()).step(1, rate: 0.01, gradientScale: 0.5) }
        #expect(stack.matrices == [0..<4, 4..<8, 8..<12] && single.matrices == [0..<4])
        #expect(Array(stack.value.array[24..<48]) == single.value.array && single.value.array != Array(numbers[24..<48]))
    }

    @Test("The norm is that of all gradients, and a gradient beyond the limit is scaled to it")
    func clipping() {
        let parameters = parameters(5, 9), compute = ToyTraining.compute()
        for parameter in parameters {
            for index in 0..<parameter.value.count { parameter.gradient.values[index] = parameter.value.values[index] }
        }
        let expected = parameters.flatMap(\.value.array).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let norm = WholeGradient.norm(of: ParameterSet(parameters), compute: compute)
        #expect(abs(norm - expected) < 1e-5)
        #expect(WholeGradient.scale(norm: norm, limit: norm / 4) == 0.25)
        #expect(WholeGradient.scale(norm: norm, limit: norm) == 1 && WholeGradient.scale(norm: norm, limit: nil) == 1)
    }

    @Test("The average is the mean of the weights taken in, and exchanging twice brings them back")
    func average() {
        let parameters = parameters(4, 6), average = WeightAverage(of: ParameterSet(parameters), compute: ToyTraining.compute())
        var sums = parameters.map { $0.value.array.map { _ in 0.0 } }
        for round in 0..<5 {
            for (place, parameter) in parameters.enumerated() {
                for index in 0..<parameter.value.count {
                    parameter.value.values[index] += Float(round) * 0.5
                    sums[place][index] += Double(parameter.value.values[index])
                }
            }
            average.add()
        }
        let last = parameters.map(\.value.array)
        average.exchange()
        for (parameter, sums) in zip(parameters, sums) {
            for (value, sum) in zip(parameter.value.array, sums) { #expect(abs(Double(value) - sum / 5) < 1e-5) }
        }
        average.exchange()
        #expect(parameters.map(\.value.array) == last)
    }
}
