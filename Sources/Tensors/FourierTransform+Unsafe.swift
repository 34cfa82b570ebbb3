import Foundation

/// The discrete Fourier transform of sequences whose count is a power of two, eight at a time, in float32.
///
/// Spectra stand in the order in which their numbers' bits are reversed: what multiplies them and transforms back needs no other.
struct FourierTransform: Sendable {
    typealias Lanes = SIMD8<Float>

    /// Eight complex sequences side by side: `count` numbers each, memory of the caller's.
    struct Signal {
        let real: UnsafeMutablePointer<Lanes>
        let imaginary: UnsafeMutablePointer<Lanes>
    }

    let count: Int
    /// `(cos 2πj / count, sin 2πj / count)` for `j` below half of the count.
    private let turns: [(cosine: Float, sine: Float)]
    /// Where frequency `k` stands, and where `-k` does, for `k` up to half of the count.
    let pairs: [(place: Int, mirrored: Int)]

    /// - Parameter count: a power of two, 2 at least.
    init(count: Int) {
        precondition(count >= 2 && count & (count - 1) == 0, "a Fourier transform of \(count) numbers")
        self.count = count
        turns = (0..<count / 2).map { step in
            let angle = 2 * Double.pi * Double(step) / Double(count)
            return (Float(cos(angle)), Float(sin(angle)))
        }
        var reversed = [Int](repeating: 0, count: count)
        for number in 1..<count { reversed[number] = reversed[number / 2] / 2 + (number % 2) * count / 2 }
        pairs = (0...count / 2).map { [reversed] in (reversed[$0], reversed[(count - $0) % count]) }
    }

    /// In place, from sequences to spectra.
    func forward(_ signal: Signal) {
        var half = count / 2
        while half >= 1 {
            let step = count / (2 * half)
            for start in stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let turn = turns[offset * step], first = start + offset, second = first + half
                    let (real, imaginary) = (signal.real[first], signal.imaginary[first])
                    let (otherReal, otherImaginary) = (signal.real[second], signal.imaginary[second])
                    signal.real[first] = real + otherReal
                    signal.imaginary[first] = imaginary + otherImaginary
                    let (x, y) = (real - otherReal, imaginary - otherImaginary)
                    signal.real[second] = x * turn.cosine + y * turn.sine
                    signal.imaginary[second] = y * turn.cosine - x * turn.sine
                }
            }
            half /= 2
        }
    }

    /// In place, from spectra to sequences, `count` times too large.
    func backward(_ signal: Signal) {
        var half = 1
        while half < count {
            let step = count / (2 * half)
            for start in stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let turn = turns[offset * step], first = start + offset, second = first + half
                    let (x, y) = (signal.real[second], signal.imaginary[second])
                    let (real, imaginary) = (signal.real[first], signal.imaginary[first])
                    let turnedReal = x * turn.cosine - y * turn.sine, turnedImaginary = y * turn.cosine + x * turn.sine
                    signal.real[first] = real + turnedReal
                    signal.imaginary[first] = imaginary + turnedImaginary
                    signal.real[second] = real - turnedReal
                    signal.imaginary[second] = imaginary - turnedImaginary
                }
            }
            half *= 2
        }
    }

    /// Replaces the spectra of `signal` by those of its circular convolution with `kernel`. Real and imaginary parts of a lane are real
    /// sequences of their own, of both; what makes them one again is that the spectrum of a real sequence is conjugate to its mirror image.
    func convolve(_ signal: Signal, with kernel: Signal) {
        for (place, mirrored) in pairs {
            let (a, b) = Self.parts(signal, place, mirrored), (c, d) = Self.parts(kernel, place, mirrored)
            let firstReal = a.real * c.real - a.imaginary * c.imaginary, firstImaginary = a.real * c.imaginary + a.imaginary * c.real
            let secondReal = b.real * d.real - b.imaginary * d.imaginary, secondImaginary = b.real * d.imaginary + b.imaginary * d.real
            signal.real[place] = firstReal - secondImaginary
            signal.imaginary[place] = firstImaginary + secondReal
            signal.real[mirrored] = firstReal + secondImaginary
            signal.imaginary[mirrored] = secondReal - firstImaginary
        }
    }

    /// A frequency of the spectrum of the real parts, and of the imaginary ones.
    private static func parts(
        _ signal: Signal, _ place: Int, _ mirrored: Int
    ) -> (first: (real: Lanes, imaginary: Lanes), second: (real: Lanes, imaginary: Lanes)) {
        let (real, imaginary) = (signal.real[place], signal.imaginary[place])
        let (mirroredReal, mirroredImaginary) = (signal.real[mirrored], signal.imaginary[mirrored])
        return (
            ((real + mirroredReal) * 0.5, (imaginary - mirroredImaginary) * 0.5),
            ((imaginary + mirroredImaginary) * 0.5, (mirroredReal - real) * 0.5)
        )
    }
}
