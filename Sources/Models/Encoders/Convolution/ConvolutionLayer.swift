import Tensors

/// One layer of Monarch Mixer: a gated long convolution in place of attention, and a gated network whose matrices are blocks on a diagonal.
/// Nothing is added or normalised around the convolution; the network has both.
/// (Fu et al., Monarch Mixer, 2023; Saad-Falcon et al., Benchmarking and Building Long-Context Retrieval Models, 2024.)
package struct ConvolutionLayer: Sendable {
    /// First gate, second gate and values under each other: `[3 · width, width]`.
    let input: Projection
    /// Three taps for each of these, the farthest first: `[3 · width, 1, 3]`.
    let shortTaps: Weight
    let shortBias: Weight
    /// What the gated values go through.
    let filter: ImplicitFilter
    /// What the layer's input goes through beside them.
    let skipFilter: ImplicitFilter
    let output: Projection
    /// The network's gate over its other half, `[blocks, 2 · hidden / blocks, width / blocks]`, and the way down.
    let gateUp: Weight
    let down: Weight
    let downBias: Weight?
    let norm: Norm
}

/// A long convolution whose taps a small network computes from their distances.
package struct ImplicitFilter: Sendable {
    /// What the networks see of each distance: `[1, taps, features]`.
    let features: Weight
    /// The distances, from 0 to 1, and how quickly each channel's taps fade: `[1, taps, 1]`, `[1, 1, width]`.
    let times: Weight
    let decays: Weight
    /// Of the sines between the networks' layers, one for all: `[1, hidden]`.
    let frequency: Weight
    /// Of the row itself, besides: `[width]`.
    let direct: Weight
    /// Networks for the rows before and the rows behind.
    let forward: [Projection]
    let backward: [Projection]
}

extension ConvolutionLayer {
    /// Runs the layer on the states `x`, `[tokens, width]`.
    func run(_ x: inout Tensor, isLast: Bool, _ operations: inout EncoderOperations) {
        x = operations.convolve(x, self)
        if isLast { x = operations.keepWantedRows(x) }
        x = operations.feed(x, self)
    }
}

extension EncoderOperations {
    /// Rows that go through the network at a time: its middle is wide.
    private static let rowsAtOnce = 1024

    mutating func convolve(_ x: Tensor, _ layer: ConvolutionLayer) -> Tensor {
        let width = x.columns, rows = x.rows, texts = self.texts.members.map(\.rows)
        let projected = project(x, [layer.input])[0], filtered = makeTensor(rows: rows, columns: 3 * width)
        compute.convolveShortly(
            projected, texts: texts, taps: numbers(layer.shortTaps), bias: numbers(layer.shortBias), into: filtered)
        let parts = (0..<3).map { part in
            let tensor = makeTensor(rows: rows, columns: width)
            filtered.copyColumns(part * width..<(part + 1) * width, to: tensor)
            return tensor
        }
        compute.multiplyElements(parts[2], by: parts[0])
        let mixed = makeTensor(rows: rows, columns: width), skipped = makeTensor(rows: rows, columns: width)
        convolve(parts[2], texts, layer.filter, into: mixed)
        compute.multiplyElements(mixed, by: parts[1])
        convolve(x, texts, layer.skipFilter, into: skipped)
        compute.add(skipped, to: mixed)
        return project(mixed, [layer.output])[0]
    }

    /// Texts of one length share a kernel's transform.
    private mutating func convolve(_ x: Tensor, _ texts: [Range<Int>], _ filter: ImplicitFilter, into y: Tensor) {
        let kernel = kernel(filter, taps: texts.map(\.count).max() ?? 0)
        for (_, texts) in Dictionary(grouping: texts, by: \.count) { compute.convolve(x, texts: texts, kernel, into: y) }
    }

    /// A filter's taps for so many distances.
    private mutating func kernel(_ filter: ImplicitFilter, taps: Int) -> LongKernel {
        let networks = [filter.forward, filter.backward].map { layers in
            var values = numbers(filter.features).rows(0..<taps)
            for (index, layer) in layers.enumerated() {
                values = project(values, [layer])[0]
                if index < layers.count - 1 { compute.sine(values, frequency: numbers(filter.frequency)) }
            }
            compute.fade(values, times: numbers(filter.times), decays: numbers(filter.decays))
            return values
        }
        return LongKernel(forward: networks[0], backward: networks[1], direct: numbers(filter.direct))
    }

    /// The network: `norm(down(gelu(gate(x)) · up(x)) + x)`.
    mutating func feed(_ x: Tensor, _ layer: ConvolutionLayer) -> Tensor {
        let result = makeTensor(rows: x.rows, columns: x.columns)
        for start in stride(from: 0, to: x.rows, by: Self.rowsAtOnce) {
            let rows = start..<min(x.rows, start + Self.rowsAtOnce), input = x.rows(rows)
            let both = multiply(input, blocks: experts(layer.gateUp)), hidden = both.columns / 2
            let halves = (0..<2).map { half in
                let tensor = makeTensor(rows: rows.count, columns: hidden)
                both.copyColumns(half * hidden..<(half + 1) * hidden, to: tensor)
                return tensor
            }
            var sum = multiply(gate(halves[0], halves[1], .plain(.gelu)), blocks: experts(layer.down))
            if let bias = layer.downBias { compute.addBias(sum, numbers(bias)) }
            add(input, to: &sum)
            norm(sum, layer.norm).copyRows(0..<rows.count, to: result, at: start)
        }
        return result
    }

    /// Each block of columns times a matrix of its own; the results side by side.
    private func multiply(_ x: Tensor, blocks: [Matrix]) -> Tensor {
        let outputs = blocks.first?.rows ?? 0, inputs = blocks.first?.columns ?? 0
        let result = makeTensor(rows: x.rows, columns: blocks.count * outputs)
        let input = makeTensor(rows: x.rows, columns: inputs), output = makeTensor(rows: x.rows, columns: outputs)
        for (block, matrix) in blocks.enumerated() {
            x.copyColumns(block * inputs..<(block + 1) * inputs, to: input)
            compute.multiply(input, matrix, into: output)
            output.copyColumns(0..<outputs, to: result, at: block * outputs)
        }
        return result
    }
}
