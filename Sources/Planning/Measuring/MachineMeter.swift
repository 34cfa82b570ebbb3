import Diagnostics
import Foundation
import KeyValues
import Tensors

/// Measures the machine that this program runs on, kernel by kernel, in seconds.
package struct MachineMeter {
    package let compute: Compute

    package init(compute: Compute) { self.compute = compute }

    /// What is wanted of a profile.
    package struct Wanted {
        package var types: [StorageType]
        package var shapes: [ProductShape]
        package var attention: [(cache: CacheTypes, dim: Int)]

        package init(types: [StorageType], shapes: [ProductShape] = [], attention: [(cache: CacheTypes, dim: Int)]) {
            self.types = types
            self.shapes = shapes
            self.attention = attention
        }

        /// What most models have.
        package static let usual = Wanted(
            types: [.f16, .bf16, .q4_0, .q5_0, .q8_0, .q4_k, .q5_k, .q6_k],
            attention: [64, 128].flatMap { dim in
                [CacheTypes.bf16, CacheTypes(keys: .q8, values: .q8)].map { (cache: $0, dim: dim) }
            })

        /// What a model takes.
        package init(_ model: any PlannedModel, caches: [CacheTypes]) {
            types = model.weightTypes
            shapes = model.productShapes
            attention = caches.map { (cache: $0, dim: model.keyDim) }
        }
    }

    /// Runs every kernel that is wanted once, on next to nothing, so that this process takes what the program takes by itself: the code that is
    /// used, the threads and what the kernels work in.
    package func exercise(_ wanted: Wanted) throws {
        let elements = ElementMeter(compute: compute, stopwatch: .once, tokens: 64)
        _ = (elements.elementsPerSecond(), elements.activatedPerSecond())
        let products = ProductMeter(compute: compute, samples: try WeightSamples(byteCount: 1 << 20))
        for type in wanted.types where type.isComputable { products.exercise(type) }
        for (cache, dim) in wanted.attention {
            _ = try AttentionMeter(compute: compute, cache: cache, dim: dim, stopwatch: .once, chunk: 64, depth: 128).rates()
        }
    }

    /// Processors that have rested take a while to come to the speed that they hold under load.
    private func warmUp() {
        let x = Tensor(rows: 256, columns: 256), output = Tensor(rows: 256, columns: 256), stopwatch = Stopwatch(budget: .seconds(1))
        _ = stopwatch.seconds { compute.multiply(x, x.matrix, into: output) }
    }

    /// A profile with all that is wanted: what another already has of the same kernels and threads is taken over.
    /// - Throws: where memory is lacking; `Interrupted`.
    package func machine(
        _ wanted: Wanted, knowing known: Machine? = nil, progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()
    ) throws -> Machine {
        var rates = MachineRates(kernels: compute.kernels.name, threads: compute.pool.threads)
        if let own = known?.rates, own.kernels == rates.kernels, own.threads == rates.threads { rates = own }
        let types = wanted.types.filter { $0.isComputable && rates.products[$0.name] == nil }
        let attention = wanted.attention.filter { rates.attention[MachineRates.attentionKey($0.cache, dim: $0.dim)] == nil }
        let shapes = wanted.shapes.filter { ProductMeter.isMeasurable($0) && rates[$0] == nil }
        var done = 0
        func step() throws {
            try cancellation.check()
            progress?(
                Progress(
                    "Measuring this machine", completed: done, total: types.count + shapes.count + attention.count + 1, unit: "kernels"))
            done += 1
        }
        let isNew = rates.secondsPerCall == 0
        if isNew || !types.isEmpty || !shapes.isEmpty || !attention.isEmpty { warmUp() }
        if isNew {
            try step()
            let meter = ElementMeter(compute: compute)
            rates.elementsPerSecond = meter.elementsPerSecond()
            rates.activatedPerSecond = meter.activatedPerSecond()
            rates.secondsPerCall = meter.secondsPerCall()
        }
        if !types.isEmpty || !shapes.isEmpty { try measure(types, shapes, into: &rates, step) }
        for (cache, dim) in attention {
            try step()
            rates.attention[MachineRates.attentionKey(cache, dim: dim)] =
                try AttentionMeter(compute: compute, cache: cache, dim: dim).rates()
        }
        return Machine(rates, linkBytesPerSecond: try known?.linkBytesPerSecond ?? LinkMeter().bytesPerSecond())
    }

    private func measure(
        _ types: [StorageType], _ shapes: [ProductShape], into rates: inout MachineRates, _ step: () throws -> Void
    ) throws {
        let meter = ProductMeter(
            compute: compute, samples: try WeightSamples(byteCount: ProductMeter.mostBytes), secondsPerCall: rates.secondsPerCall)
        for type in types {
            try step()
            rates.products[type.name] = meter.rates(of: type)
        }
        for shape in shapes {
            try step()
            rates[shape] = meter.rates(of: shape, arranging: rates.products[shape.type.name]?.secondsPerNumberArranged ?? 0)
        }
    }
}

extension Machine {
    /// The four numbers of a data sheet, as far as the kernels reach them.
    fileprivate init(_ rates: MachineRates, linkBytesPerSecond: Double) {
        self.init(
            name: Machine.own,
            operationsPerSecond: rates.products.values.flatMap { $0.operations.points.map(\.rate) }.max() ?? 1,
            bytesPerSecond: rates.products.values.compactMap { $0.reading.points.last?.rate }.max() ?? 1,
            memoryBytes: Double(ProcessInfo.processInfo.physicalMemory), linkBytesPerSecond: linkBytesPerSecond, rates: rates)
    }
}
