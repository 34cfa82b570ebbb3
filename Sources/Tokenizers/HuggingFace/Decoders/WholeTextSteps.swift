/// Takes a character away at the start of the whole text, so many times at most.
struct LeadingStripStep: DecodingStep {
    let character: [UInt8]
    private var count: Int

    init(character: [UInt8], count: Int) {
        self.character = character
        self.count = count
    }

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        var text = piece[...]
        while count > 0, !text.isEmpty {
            if text.starts(with: character) {
                text = text.dropFirst(character.count)
                count -= 1
            } else {
                count = 0
            }
        }
        output.append(Array(text))
    }

    mutating func skipBeginning() { count = 0 }
}

/// Holds all pieces back and gives them as one: for steps after it that look at the end of the text.
struct FusingStep: DecodingStep {
    private var text: [UInt8] = []

    init() {}

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        text += piece
    }

    mutating func finish(_ output: inout [[UInt8]]) {
        output.append(text)
        text = []
    }
}
