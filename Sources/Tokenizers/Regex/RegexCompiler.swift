/// Writes the program of a regular expression.
struct RegexCompiler {
    var program = RegexProgram()
    private var setNumbers: [ScalarSet: Int] = [:]
    private var listNumbers: [[Int32]: Int32] = [:]

    /// Adds the instructions of `node`, to be run backward through the text within look-behind.
    mutating func add(_ node: RegexNode, isBackward: Bool) throws(RegexError) {
        switch node {
        case .characters(let set): try emit(.characters(set: number(of: set)))
        case .sequence(let parts):
            for part in isBackward ? parts.reversed() : parts { try add(part, isBackward: isBackward) }
        case .alternatives(let parts): try addAlternatives(parts, isBackward: isBackward)
        case .repeated(let part, let repetition): try addRepetition(of: part, repetition, isBackward: isBackward)
        case .atomic(let part): try addInner(part, isBackward: isBackward) { .atomic(next: $0) }
        case .look(let part, let isBehind, let isNegated):
            try addInner(part, isBackward: isBehind) { .look(isBehind: isBehind, isNegated: isNegated, next: $0) }
        case .assertion(let assertion): try emit(.assert(assertion))
        }
    }

    private var here: Int { program.instructions.count }

    private mutating func emit(_ instruction: RegexProgram.Instruction) throws(RegexError) {
        guard here < RegexProgram.mostInstructions else {
            throw RegexError(reason: "is longer than \(RegexProgram.mostInstructions) steps when its counts are written out", offset: 0)
        }
        program.instructions.append(instruction)
    }

    private mutating func number(of set: ScalarSet) -> Int {
        if let known = setNumbers[set] { return known }
        program.sets.append(ScalarTable(set))
        setNumbers[set] = program.sets.count - 1
        return program.sets.count - 1
    }

    private mutating func newChoice() -> Int {
        program.choiceCount += 1
        return program.choiceCount - 1
    }

    private mutating func addInner(
        _ part: RegexNode, isBackward: Bool, _ instruction: (Int) -> RegexProgram.Instruction
    ) throws(RegexError) {
        let start = here
        try emit(.accept)
        try add(part, isBackward: isBackward)
        try emit(.accept)
        program.instructions[start] = instruction(here)
    }

    // MARK: - Choices

    private mutating func addAlternatives(_ parts: [RegexNode], isBackward: Bool) throws(RegexError) {
        let start = here
        try emit(.accept)
        var targets: [(Int, FirstBytes)] = []
        var ends: [Int] = []
        for part in parts {
            targets.append((here, FirstBytes(part)))
            try add(part, isBackward: isBackward)
            ends.append(here)
            try emit(.accept)
        }
        for end in ends { program.instructions[end] = .jump(here) }
        setChoice(at: start, targets)
    }

    /// Makes the instruction at `place` one that chooses between targets.
    private mutating func setChoice(at place: Int, _ targets: [(target: Int, first: FirstBytes)]) {
        let all = targets.map { Int32($0.target) }
        var lists = (0...255).map { byte in
            list(targets.filter { $0.first.canBeEmpty || $0.first.isMember[byte] }.map { Int32($0.target) })
        }
        lists.append(list(targets.filter { $0.first.canBeEmpty }.map { Int32($0.target) }))
        lists.append(list(all))
        program.branches.append(RegexProgram.Branch(lists: lists))
        program.instructions[place] = .choose(branch: program.branches.count - 1, choice: newChoice())
    }

    private mutating func list(_ targets: [Int32]) -> Int32 {
        if let known = listNumbers[targets] { return known }
        program.targetLists.append(targets)
        let number = Int32(program.targetLists.count - 1)
        listNumbers[targets] = number
        return number
    }

    // MARK: - Repetitions

    private mutating func addRepetition(of part: RegexNode, _ repetition: Repetition, isBackward: Bool) throws(RegexError) {
        if case .characters(let set) = part {
            return try emit(.run(set: number(of: set), repetition, choice: newChoice()))
        }
        guard repetition.preference != .possessive else {
            let greedy = Repetition(least: repetition.least, most: repetition.most, preference: .most)
            return try add(.atomic(.repeated(part, greedy)), isBackward: isBackward)
        }
        for _ in 0..<repetition.least { try add(part, isBackward: isBackward) }
        guard let most = repetition.most else {
            return try addLoop(of: part, prefersMost: repetition.preference == .most, isBackward: isBackward)
        }
        var starts: [Int] = []
        for _ in repetition.least..<most {
            starts.append(here)
            try emit(.accept)
            try add(part, isBackward: isBackward)
        }
        for start in starts { setOption(at: start, part, exit: here, prefersMost: repetition.preference == .most) }
    }

    private mutating func addLoop(of part: RegexNode, prefersMost: Bool, isBackward: Bool) throws(RegexError) {
        let start = here
        try emit(.accept)
        try add(part, isBackward: isBackward)
        try emit(.jump(start))
        setOption(at: start, part, exit: here, prefersMost: prefersMost)
    }

    /// Makes the instruction at `place` go into the part that follows it or past it.
    private mutating func setOption(at place: Int, _ part: RegexNode, exit: Int, prefersMost: Bool) {
        let into = (place + 1, FirstBytes(part))
        let past = (exit, FirstBytes.anything)
        setChoice(at: place, prefersMost ? [into, past] : [past, into])
    }
}
