import ApusTesting
import Tensors
import Testing

@Suite("Long convolutions, held to the sums that they stand for")
struct LongConvolutionTests {
    private struct Case {
        let x: Tensor
        let kernel: LongKernel

        init(length: Int, texts: Int, channels: Int, using generator: inout SeededGenerator) {
            x = Tensor(rows: length * texts, columns: channels, generator.gaussians(length * texts * channels))
            // There may be more taps than a text has rows.
            let taps = length + 3
            kernel = LongKernel(
                forward: Tensor(rows: taps, columns: channels, generator.gaussians(taps * channels)),
                backward: Tensor(rows: taps, columns: channels, generator.gaussians(taps * channels)),
                direct: Tensor(rows: 1, columns: channels, generator.gaussians(channels)))
        }

        /// Row `t` of a text of rows, in double precision; `shown` are the rows that are not zero.
        func expected(_ t: Int, in text: Range<Int>, channel: Int, shown: [Int]? = nil) -> Double {
            (shown ?? Array(0..<text.count)).reduce(Double(kernel.direct[0, channel]) * Double(x[text.lowerBound + t, channel])) { sum, s in
                let tap = s <= t ? kernel.forward[t - s, channel] : kernel.backward[s - t - 1, channel]
                return sum + Double(tap) * Double(x[text.lowerBound + s, channel])
            }
        }
    }

    private static func convolved(_ example: Case, texts: [Range<Int>], threads: Int = 2) -> Tensor {
        let y = Tensor(rows: example.x.rows, columns: example.x.columns)
        Compute(pool: WorkerPool(threads: threads)).convolve(example.x, texts: texts, example.kernel, into: y)
        return y
    }

    @Test("Every length and width agrees with double sums, whatever stands beside", arguments: [1, 2, 5, 20, 32, 33, 127, 200])
    func sums(length: Int) {
        var generator = SeededGenerator(seed: UInt64(length))
        for channels in [1, 8, 16, 19, 40] {
            let example = Case(length: length, texts: 3, channels: channels, using: &generator)
            // The text in the middle is left out.
            let texts = [0..<length, 2 * length..<3 * length], y = Self.convolved(example, texts: texts)
            for text in texts {
                for t in 0..<length {
                    for channel in 0..<channels {
                        let wanted = example.expected(t, in: text, channel: channel)
                        #expect(abs(Double(y[text.lowerBound + t, channel]) - wanted) < 1e-4 * max(1, Double(length).squareRoot()))
                    }
                }
            }
            #expect((length..<2 * length).allSatisfy { row in (0..<channels).allSatisfy { y[row, $0] == 0 } })
        }
    }

    @Test("An impulse reaches rows behind by forward taps, rows before by backward ones, the first of which is the next row's")
    func impulse() {
        var generator = SeededGenerator(seed: 4)
        let example = Case(length: 50, texts: 1, channels: 3, using: &generator)
        example.x.clear()
        for channel in 0..<3 { example.x.row(20)[channel] = 1 }
        let y = Self.convolved(example, texts: [0..<50])
        for channel in 0..<3 {
            #expect(abs(y[20, channel] - example.kernel.forward[0, channel] - example.kernel.direct[0, channel]) < 1e-5)
            #expect(abs(y[23, channel] - example.kernel.forward[3, channel]) < 1e-5)
            #expect(abs(y[19, channel] - example.kernel.backward[0, channel]) < 1e-5)
            #expect(abs(y[0, channel] - example.kernel.backward[19, channel]) < 1e-5)
        }
    }

    @Test("At 32,768 rows float32 is still right to five digits")
    func long() {
        var generator = SeededGenerator(seed: 5)
        let length = 32768, example = Case(length: length, texts: 1, channels: 2, using: &generator)
        let shown = (0..<300).map { _ in Int.random(in: 0..<length, using: &generator) }.sorted()
        let kept = Set(shown)
        for row in 0..<length where !kept.contains(row) { example.x.row(row).update(repeating: 0, count: 2) }
        let y = Self.convolved(example, texts: [0..<length])
        var error = 0.0, size = 0.0
        for t in stride(from: 0, to: length, by: 97) {
            let wanted = example.expected(t, in: 0..<length, channel: 1, shown: kept.sorted())
            error += (Double(y[t, 1]) - wanted) * (Double(y[t, 1]) - wanted)
            size += wanted * wanted
        }
        #expect((error / size).squareRoot() < 1e-5)
    }

    @Test("The number of threads changes no bit")
    func threads() {
        var generator = SeededGenerator(seed: 6)
        let example = Case(length: 77, texts: 2, channels: 70, using: &generator), texts = [0..<77, 77..<154]
        #expect(Self.convolved(example, texts: texts, threads: 1).array == Self.convolved(example, texts: texts, threads: 3).array)
    }

    @Test("Short convolutions see a few rows before, of their own text only")
    func short() {
        let x = Tensor(rows: 5, columns: 2, [1, 10, 2, 20, 3, 30, 4, 40, 5, 50]), y = Tensor(rows: 5, columns: 2)
        let taps = Tensor(rows: 2, columns: 3, [100, 10, 1, 1, 0, 0]), bias = Tensor(rows: 1, columns: 2, [0.5, 0])
        Compute(pool: WorkerPool(threads: 1)).convolveShortly(x, texts: [0..<3, 3..<5], taps: taps, bias: bias, into: y)
        #expect(y.array == [1.5, 0, 12.5, 0, 123.5, 10, 4.5, 0, 45.5, 0])
    }
}
