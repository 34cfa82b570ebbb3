/// What a long convolution does to each channel: a tap for every distance to either side.
package struct LongKernel {
    /// For the row itself and those before it, the nearest first: `[rows, channels]`.
    package let forward: Tensor
    /// For the rows behind it, the next one first: `[rows, channels]`.
    package let backward: Tensor
    /// For the row itself once more: `[1, channels]`.
    package let direct: Tensor

    package init(forward: Tensor, backward: Tensor, direct: Tensor) {
        precondition(forward.rows == backward.rows && forward.columns == backward.columns && direct.count == forward.columns)
        (self.forward, self.backward, self.direct) = (forward, backward, direct)
    }
}

extension Compute {
    /// `y[t] = Σ_{s ≤ t} forward[t - s] x[s] + Σ_{s > t} backward[s - t - 1] x[s] + direct x[t]`, channel by channel and text by text, by Fourier
    /// transforms: O(n log n).
    ///
    /// - Parameters:
    ///   - texts: rows of `x`, `[rows, channels]`, that belong together; as many in each text, and no more than the kernel has taps.
    ///   - y: of the same shape. What stands there in rows of no text is left.
    package func convolve(_ x: Tensor, texts: [Range<Int>], _ kernel: LongKernel, into y: Tensor) {
        guard let length = texts.first?.count, length > 0 else { return }
        precondition(x.rows == y.rows && x.columns == y.columns && x.columns == kernel.forward.columns, "a convolution of another width")
        precondition(texts.allSatisfy { $0.count == length } && length <= kernel.forward.rows, "texts of different lengths, or too long")
        var count = 2
        while count < 2 * length { count *= 2 }
        let work = ConvolutionWork(transform: FourierTransform(count: count), length: length, kernel: kernel, x: x, y: y)
        let groups = (x.columns + ConvolutionWork.channels - 1) / ConvolutionWork.channels
        pool.forEach(groups) { group, thread in
            work.run(
                firstChannel: group * ConvolutionWork.channels, texts: texts,
                scratch: pool.scratch(thread: thread, byteCount: work.scratchBytes))
        }
    }
}

/// Sixteen channels at a time: eight lanes of complex numbers, whose parts are a channel each.
private struct ConvolutionWork {
    static let lanes = FourierTransform.Lanes.scalarCount
    static let channels = 2 * lanes

    let transform: FourierTransform
    let length: Int
    let kernel: LongKernel
    let x: Tensor
    let y: Tensor

    var scratchBytes: Int { 4 * transform.count * MemoryLayout<FourierTransform.Lanes>.stride }

    func run(firstChannel: Int, texts: [Range<Int>], scratch: UnsafeMutableRawPointer) {
        let parts = scratch.bindMemory(to: FourierTransform.Lanes.self, capacity: 4 * transform.count), count = transform.count
        let taps = FourierTransform.Signal(real: parts, imaginary: parts + count)
        let signal = FourierTransform.Signal(real: parts + 2 * count, imaginary: parts + 3 * count)
        clear(taps)
        for row in 0..<length {
            load(kernel.forward, row: row, firstChannel, into: taps, at: row)
            load(kernel.backward, row: row, firstChannel, into: taps, at: count - 1 - row)
        }
        transform.forward(taps)
        for text in texts {
            clear(signal)
            for (place, row) in text.enumerated() { load(x, row: row, firstChannel, into: signal, at: place) }
            transform.forward(signal)
            transform.convolve(signal, with: taps)
            transform.backward(signal)
            for (place, row) in text.enumerated() { store(signal, at: place, row: row, firstChannel) }
        }
    }

    private func clear(_ signal: FourierTransform.Signal) {
        signal.real.update(repeating: .zero, count: transform.count)
        signal.imaginary.update(repeating: .zero, count: transform.count)
    }

    private func load(_ from: Tensor, row: Int, _ channel: Int, into signal: FourierTransform.Signal, at place: Int) {
        let values = from.row(row) + channel, present = min(Self.channels, from.columns - channel)
        for lane in 0..<min(Self.lanes, present) { signal.real[place][lane] = values[lane] }
        for lane in Self.lanes..<max(Self.lanes, present) { signal.imaginary[place][lane - Self.lanes] = values[lane] }
    }

    private func store(_ signal: FourierTransform.Signal, at place: Int, row: Int, _ channel: Int) {
        let present = min(Self.channels, x.columns - channel), scale = 1 / Float(transform.count)
        let (from, to, direct) = (x.row(row) + channel, y.row(row) + channel, kernel.direct.values + channel)
        for lane in 0..<present {
            let sum = lane < Self.lanes ? signal.real[place][lane] : signal.imaginary[place][lane - Self.lanes]
            to[lane] = sum * scale + direct[lane] * from[lane]
        }
    }
}
