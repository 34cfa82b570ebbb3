/// One step from the pieces of tokens to text. Pieces come one at a time, so that text can be shown while it is made.
protocol DecodingStep: RewritingStep, Sendable {
    /// Takes the next piece and appends what it becomes.
    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]])

    /// Appends what was held back when no more pieces come.
    mutating func finish(_ output: inout [[UInt8]])

    /// Lets the next piece count as one within a text, not as its first.
    mutating func skipBeginning()
}

extension DecodingStep {
    mutating func finish(_ output: inout [[UInt8]]) {}
    mutating func skipBeginning() {}
}

/// The steps of a `tokenizer.json` from tokens to text.
struct TokenDecoder: Sendable {
    /// The pieces as the file writes them.
    private let pieces: PieceList
    private var steps: [any DecodingStep]

    init(_ steps: [any DecodingStep], pieces: PieceList) {
        self.pieces = pieces
        self.steps = steps
    }

    /// What every piece says in the midst of a text.
    var texts: PieceList {
        var texts = PieceList()
        texts.reserveCapacity(pieces: pieces.count, bytes: pieces.bytes.count)
        for number in 0..<pieces.count {
            var decoder = self
            var text: [UInt8] = []
            decoder.skipBeginning()
            decoder.append(Int32(number), to: &text)
            decoder.finish(&text)
            texts.append(text)
        }
        return texts
    }

    /// Takes the next token and appends the text that is certain now.
    mutating func append(_ id: Int32, to text: inout [UInt8]) {
        pass([Array(pieces[Int(id)])], from: 0, to: &text)
    }

    /// Appends what was held back.
    mutating func finish(_ text: inout [UInt8]) {
        for place in steps.indices {
            var output: [[UInt8]] = []
            steps[place].finish(&output)
            pass(output, from: place + 1, to: &text)
        }
    }

    mutating func skipBeginning() {
        for place in steps.indices { steps[place].skipBeginning() }
    }

    private mutating func pass(_ pieces: [[UInt8]], from first: Int, to text: inout [UInt8]) {
        var pieces = pieces
        for place in steps.indices[first...] {
            var output: [[UInt8]] = []
            for piece in pieces { steps[place].append(piece, to: &output) }
            pieces = output
        }
        for piece in pieces { text += piece }
    }
}
