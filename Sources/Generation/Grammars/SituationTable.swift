/// The situations of a grammar that have come up, by number, and what each byte makes of them: a deterministic automaton built as far as it
/// is used.
struct SituationTable {
    /// What a byte, or a return, leads to.
    struct Move {
        let situation: Int32
        /// Rules that wait from now on, the innermost last.
        let waiting: [Frame]
    }

    private struct Return: Hashable {
        let situation: Int32
        let frame: Frame
    }

    /// In a row: not worked out yet.
    private static let unknown = Int32.min
    /// In a row: the byte cannot come.
    static let dead: Int32 = -1

    let grammar: ByteGrammar
    private(set) var situations: [Situation] = []
    private var numbers: [Situation: Int32] = [:]
    /// By situation and byte: the next situation where nothing happens to the stack; `dead`; or below that the move of that number.
    private var rows: [Int32] = []
    private var moves: [Move] = []
    private var returns: [Return: Move] = [:]

    init(_ grammar: ByteGrammar) { self.grammar = grammar }

    var count: Int { situations.count }

    mutating func number(of situation: Situation) -> Int32 {
        if let known = numbers[situation] { return known }
        let number = Int32(situations.count)
        situations.append(situation)
        numbers[situation] = number
        rows += repeatElement(Self.unknown, count: 256)
        return number
    }

    /// The entry of a row, worked out if need be.
    @inline(__always)
    mutating func entry(_ situation: Int32, _ byte: UInt8) -> Int32 {
        let place = Int(situation) << 8 | Int(byte)
        if rows[place] == Self.unknown { fillRow(of: situation) }
        return rows[place]
    }

    /// The move that an entry below `dead` stands for.
    func move(_ entry: Int32) -> Move { moves[Int(-2 - entry)] }

    func returns(_ situation: Int32) -> Bool { situations[Int(situation)].returns }

    /// What a situation that returns is together with the rule that waited below it.
    mutating func move(returning situation: Int32, to frame: Frame) -> Move {
        let key = Return(situation: situation, frame: frame)
        if let known = returns[key] { return known }
        let move = self.move(to: grammar.situation(situations[Int(situation)], returningTo: frame))
        returns[key] = move
        return move
    }

    /// The move to a situation, whose common frames become part of the stack.
    mutating func move(to situation: Situation) -> Move {
        var situation = situation
        let waiting = situation.takeCommonFrames()
        return Move(situation: number(of: situation), waiting: waiting)
    }

    private mutating func fillRow(of number: Int32) {
        let situation = situations[Int(number)]
        let borders = grammar.borders(of: situation)
        for (low, high) in zip(borders, borders.dropFirst()) {
            let entry = self.entry(for: grammar.situation(after: situation, reading: UInt8(low)))
            for byte in low..<high { rows[Int(number) << 8 | byte] = entry }
        }
    }

    private mutating func entry(for next: Situation) -> Int32 {
        guard !next.isDead else { return Self.dead }
        let move = self.move(to: next)
        guard !move.waiting.isEmpty || next.returns else { return move.situation }
        moves.append(move)
        return -1 - Int32(moves.count)
    }
}
