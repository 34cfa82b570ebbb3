/// Which choices of a regular expression have failed at which places of a text: a bit for each, in blocks made when needed.
struct RegexMemory {
    /// Places in a block.
    private static let blockSize = 1024
    /// The most memory; beyond it everything is forgotten, which costs time and nothing else.
    private static let mostBytes = 1 << 28

    private let wordsPerChoice = Self.blockSize / 64
    private let choiceCount: Int
    private let start: Int
    private let mostBlocks: Int
    private var blocks: [[UInt64]]
    private var blockCount = 0

    init(choiceCount: Int, _ bounds: Range<Int>) {
        self.choiceCount = choiceCount
        start = bounds.lowerBound
        mostBlocks = max(Self.mostBytes / (choiceCount * wordsPerChoice * 8 + 1), 2)
        blocks = Array(repeating: [], count: bounds.count / Self.blockSize + 1)
    }

    func hasFailed(_ choice: Int, at position: Int) -> Bool {
        let place = position - start
        let block = blocks[place / Self.blockSize]
        return !block.isEmpty && block[word(choice, place)] >> UInt64(place & 63) & 1 != 0
    }

    mutating func noteFailure(of choice: Int, at position: Int) {
        let place = position - start
        let number = place / Self.blockSize
        if blocks[number].isEmpty { makeBlock(number) }
        blocks[number][word(choice, place)] |= 1 << UInt64(place & 63)
    }

    private func word(_ choice: Int, _ place: Int) -> Int {
        choice * wordsPerChoice + place % Self.blockSize / 64
    }

    private mutating func makeBlock(_ number: Int) {
        if blockCount >= mostBlocks {
            blocks = Array(repeating: [], count: blocks.count)
            blockCount = 0
        }
        blocks[number] = Array(repeating: 0, count: choiceCount * wordsPerChoice)
        blockCount += 1
    }
}
