/// Finds the matches of a regular expression in a stretch of a text: the leftmost, and there the one that comes first in the
/// order of its alternatives and quantifiers.
///
/// Matching backtracks. What an expression can match from a place does not depend on how the place was reached (there are no
/// references back to groups), so once a search has taken more steps than texts usually need, `RegexMemory` keeps which choices
/// have failed where, and no choice is explored twice at one place: the time for all matches of a text is proportional to its
/// length times the length of the program. An option of at most n times counts n-fold, and what look-around and atomic groups
/// find is not kept; a search that still takes more than thousands of steps for each byte is given up, and the rest of the text
/// holds no match.
struct RegexMatcher {
    /// A way that is left to try.
    private enum Pending {
        /// The targets of a list from one on.
        case targets(list: Int32, from: Int32, position: Int)
        /// A run that can give back characters until `position` is at `least`.
        case shorterRun(next: Int32, least: Int, position: Int, choice: Int32)
        /// A run that can take up to `most` further characters.
        case longerRun(at: Int32, position: Int, most: Int)
        /// One more character of a run, when failures are remembered.
        case step(next: Int32, position: Int)
        /// Everything that was to be tried for a choice has failed.
        case exhausted(choice: Int32, position: Int)
    }

    /// How far a search may go before failures are remembered: steps at the start and for each byte.
    private static let freeSteps = (start: 1 << 16, perByte: 64)
    /// How far searches may go in all: steps for each byte of the text and as many for so many bytes more.
    private static let mostSteps = (perByte: 4096, extraBytes: 1024)
    /// The most ways left to try at once, which bounds the memory to some hundred megabytes.
    private static let mostPending = 1 << 23

    private let program: RegexProgram
    private let text: [UInt8]
    private let bounds: Range<Int>
    private var pending: [Pending] = []
    private var memory: RegexMemory?
    /// By choice that is a run without end: the last run that was taken.
    private var lastRuns: [(start: Int, end: Int)]
    /// Work done so far: characters looked at and choices made.
    private(set) var stepCount = 0
    private var stepLimit = 0
    private var isBackward = false

    /// - Parameter remembersFailures: keeps failures from the start, which the search otherwise does when it has to.
    init(_ program: RegexProgram, _ text: [UInt8], _ bounds: Range<Int>, remembersFailures: Bool = false) {
        self.program = program
        self.text = text
        self.bounds = bounds
        lastRuns = Array(repeating: (-1, -1), count: program.choiceCount)
        if remembersFailures { memory = RegexMemory(choiceCount: program.choiceCount, bounds) }
    }

    /// Calls `body` with every match and with every part between matches that is not empty, in order.
    mutating func forEachPart(_ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var start = bounds.lowerBound
        var searchStart = start
        var lastEnd: Int?
        while searchStart <= bounds.upperBound, let match = firstMatch(from: searchStart) {
            // An empty match just behind the last one is none.
            if match.isEmpty, match.lowerBound == lastEnd {
                guard searchStart < bounds.upperBound else { break }
                searchStart = unitEnd(searchStart)
                continue
            }
            if start < match.lowerBound { body(start..<match.lowerBound, false) }
            body(match, true)
            start = match.upperBound
            searchStart = start
            lastEnd = start
        }
        if start < bounds.upperBound { body(start..<bounds.upperBound, false) }
    }

    /// The first match that begins at `start` or after it.
    mutating func firstMatch(from start: Int) -> Range<Int>? {
        var position = start
        while !isGivenUp {
            while !program.first.canBeEmpty, position < bounds.upperBound, !program.first.isMember[Int(text[position])] {
                position += 1
                stepCount += 1
            }
            if position == bounds.upperBound, !program.first.canBeEmpty { return nil }
            if let end = matchEnd(from: position) { return position..<end }
            guard position < bounds.upperBound else { return nil }
            position = unitEnd(position)
        }
        return nil
    }

    private var isGivenUp: Bool {
        stepCount / Self.mostSteps.perByte > bounds.count + Self.mostSteps.extraBytes
    }

    /// The end of the match that begins at `position`.
    private mutating func matchEnd(from position: Int) -> Int? {
        stepLimit = Self.freeSteps.start + (position - bounds.lowerBound) * Self.freeSteps.perByte
        let end = run(from: 0, at: position)
        guard memory == nil, stepCount > stepLimit else { return end }
        // The search may have been broken off; it starts again with a memory for failures.
        memory = RegexMemory(choiceCount: program.choiceCount, bounds)
        return run(from: 0, at: position)
    }

    private func unitEnd(_ position: Int) -> Int {
        position + UTF8Unit(text, at: position, limit: bounds.upperBound).length
    }
}

// MARK: - Running

extension RegexMatcher {
    /// Where the instructions from `start` on end to match at `position`; nil if they do not, or if there were too many steps.
    private mutating func run(from start: Int, at position: Int) -> Int? {
        let base = pending.count
        defer { pending.removeLast(pending.count - base) }
        var state: (instruction: Int, position: Int)? = (start, position)
        while true {
            while let (instruction, position) = state {
                if case .accept = program.instructions[instruction] { return position }
                state = step(instruction, position)
            }
            guard pending.count > base, let last = pending.popLast(), !isExhausted else { return nil }
            state = resume(last)
        }
    }

    /// Whether the search has to be given up for now.
    private var isExhausted: Bool {
        memory == nil && stepCount > stepLimit || pending.count > Self.mostPending || isGivenUp
    }

    /// Does one instruction; nil if it fails.
    @inline(__always)
    private mutating func step(_ place: Int, _ position: Int) -> (instruction: Int, position: Int)? {
        stepCount += 1
        switch program.instructions[place] {
        case .characters(let set):
            guard let next = taking(set, position) else { return nil }
            return (place + 1, next)
        case .run(let set, let repetition, let choice):
            return run(of: set, repetition, choice: choice, place, position)
        case .choose(let branch, let choice):
            return choose(branch, choice: choice, position)
        case .jump(let target):
            return (target, position)
        case .assert(let assertion):
            return holds(assertion, position) ? (place + 1, position) : nil
        case .atomic(let next):
            guard let end = run(from: place + 1, at: position) else { return nil }
            return (next, end)
        case .look(let isBehind, let isNegated, let next):
            let direction = isBackward
            isBackward = isBehind
            defer { isBackward = direction }
            let isFound = run(from: place + 1, at: position) != nil
            return isFound != isNegated ? (next, position) : nil
        case .accept:
            return nil
        }
    }

    /// Goes on with a way that was left to try.
    private mutating func resume(_ way: Pending) -> (instruction: Int, position: Int)? {
        switch way {
        case .targets(let list, let from, let position):
            let targets = program.targetLists[Int(list)]
            if Int(from) + 1 < targets.count { pending.append(.targets(list: list, from: from + 1, position: position)) }
            return (Int(targets[Int(from)]), position)
        case .shorterRun(let next, let least, let position, let choice):
            let shorter = stepBack(position)
            if shorter != least { pending.append(.shorterRun(next: next, least: least, position: shorter, choice: choice)) }
            return (Int(next), shorter)
        case .longerRun(let place, let position, let most):
            guard case .run(let set, let repetition, let choice) = program.instructions[Int(place)],
                let next = taking(set, position)
            else { return nil }
            stepCount += 1
            // What a run without end can match from here on does not depend on where it began.
            if repetition.most == nil, memory != nil {
                return rememberedRun(of: set, repetition, most, choice: choice, Int(place), next)
            }
            if most > 1 { pending.append(.longerRun(at: place, position: next, most: most - 1)) }
            return (Int(place) + 1, next)
        case .step(let next, let position):
            return (Int(next), position)
        case .exhausted(let choice, let position):
            memory?.noteFailure(of: Int(choice), at: position)
            return nil
        }
    }

    private mutating func choose(_ branch: Int, choice: Int, _ position: Int) -> (instruction: Int, position: Int)? {
        let list = program.branches[branch].lists[branchKey(position)]
        let count = program.targetLists[Int(list)].count
        guard count > 0 else { return nil }
        if count > 1 {
            if memory != nil {
                guard !remembersFailure(of: choice, at: position) else { return nil }
                pending.append(.exhausted(choice: Int32(choice), position: position))
            }
            pending.append(.targets(list: list, from: 1, position: position))
        }
        return (Int(program.targetLists[Int(list)][0]), position)
    }

    private func remembersFailure(of choice: Int, at position: Int) -> Bool {
        memory?.hasFailed(choice, at: position) ?? false
    }

    /// Which list of a branch serves at a position.
    @inline(__always)
    private func branchKey(_ position: Int) -> Int {
        if isBackward { return RegexProgram.Branch.unfiltered }
        return position < bounds.upperBound ? Int(text[position]) : RegexProgram.Branch.atEnd
    }
}

// MARK: - Characters

extension RegexMatcher {
    /// Where the next character ends, or the last one begins when running backward, if it is of the set.
    @inline(__always)
    private func taking(_ set: Int, _ position: Int) -> Int? {
        if isBackward {
            guard position > bounds.lowerBound else { return nil }
            let start = unitStart(position)
            return program.sets[set].contains(UTF8Unit(text, at: start, limit: bounds.upperBound).scalar) ? start : nil
        }
        guard position < bounds.upperBound else { return nil }
        let unit = UTF8Unit(text, at: position, limit: bounds.upperBound)
        return program.sets[set].contains(unit.scalar) ? position + unit.length : nil
    }

    /// Where the character that ends at `position` begins.
    private func unitStart(_ position: Int) -> Int {
        guard text[position - 1] >= 0x80 else { return position - 1 }
        for length in 2...4 where position - length >= bounds.lowerBound {
            let start = position - length
            if text[start] >= 0xc0 {
                return UTF8Unit(text, at: start, limit: bounds.upperBound).length == length ? start : position - 1
            }
        }
        return position - 1
    }

    /// The end of a run without its last character.
    private func stepBack(_ position: Int) -> Int {
        isBackward ? unitEnd(position) : unitStart(position)
    }

    private mutating func run(
        of set: Int, _ repetition: Repetition, choice: Int, _ place: Int, _ start: Int
    ) -> (instruction: Int, position: Int)? {
        var position = start
        for _ in 0..<repetition.least {
            guard let next = taking(set, position) else { return nil }
            position = next
        }
        stepCount += repetition.least
        let further = repetition.most.map { $0 - repetition.least } ?? .max
        guard further > 0 else { return (place + 1, position) }
        if memory != nil, repetition.preference != .possessive {
            return rememberedRun(of: set, repetition, further, choice: choice, place, position)
        }
        guard repetition.preference != .fewest else {
            pending.append(.longerRun(at: Int32(place), position: position, most: further))
            return (place + 1, position)
        }
        let least = position
        if repetition.most == nil {
            position = endOfRun(of: set, choice: choice, from: position)
        } else {
            for _ in 0..<further {
                guard let next = taking(set, position) else { break }
                position = next
                stepCount += 1
            }
        }
        if repetition.preference == .most, position != least, !accepts(place + 1) {
            pending.append(.shorterRun(next: Int32(place + 1), least: least, position: position, choice: Int32(choice)))
        }
        return (place + 1, position)
    }

    /// The end of a run that takes all it can. Runs that begin within the last one end with it.
    private mutating func endOfRun(of set: Int, choice: Int, from start: Int) -> Int {
        let last = lastRuns[choice]
        if last.start <= start && start <= last.end || last.end <= start && start <= last.start { return last.end }
        var position = start
        while let next = taking(set, position) {
            position = next
            stepCount += 1
        }
        lastRuns[choice] = (start, position)
        return position
    }

    /// A run of which every character is a choice that is remembered, so that no place is tried twice. Where the run may take
    /// only so many, the choice is remembered for its start alone.
    private mutating func rememberedRun(
        of set: Int, _ repetition: Repetition, _ further: Int, choice: Int, _ place: Int, _ start: Int
    ) -> (instruction: Int, position: Int)? {
        var position = start
        var count = 0
        let next = Int32(place + 1)
        if repetition.preference == .fewest {
            guard !remembersFailure(of: choice, at: position) else { return nil }
            pending.append(.exhausted(choice: Int32(choice), position: position))
            pending.append(.longerRun(at: Int32(place), position: position, most: further))
            return (place + 1, position)
        }
        while !remembersFailure(of: choice, at: position) {
            if repetition.most == nil || count == 0 { pending.append(.exhausted(choice: Int32(choice), position: position)) }
            guard count < further, let following = taking(set, position) else { return (place + 1, position) }
            pending.append(.step(next: next, position: position))
            position = following
            count += 1
            stepCount += 1
        }
        return nil
    }

    private func accepts(_ place: Int) -> Bool {
        if case .accept = program.instructions[place] { return true }
        return false
    }
}

// MARK: - Assertions

extension RegexMatcher {
    private func holds(_ assertion: RegexAssertion, _ position: Int) -> Bool {
        let isStart = position == bounds.lowerBound
        let isEnd = position == bounds.upperBound
        let isBehindBreak = !isStart && text[position - 1] == 0x0a
        return switch assertion {
        case .textStart: isStart
        case .textEnd: isEnd
        case .textEndOrLastBreak: isEnd && !isBehindBreak || position == bounds.upperBound - 1 && text[position] == 0x0a
        case .lineStart: isStart || isBehindBreak && !isEnd
        case .lineEnd: isEnd ? !isBehindBreak : text[position] == 0x0a
        case .wordBoundary: isWord(before: position) != isWord(at: position)
        case .noWordBoundary: isWord(before: position) == isWord(at: position)
        }
    }

    private static let wordCharacters = ScalarTable(GeneralCategory.wordCharacters)

    private func isWord(at position: Int) -> Bool {
        guard position < bounds.upperBound else { return false }
        return Self.wordCharacters.contains(UTF8Unit(text, at: position, limit: bounds.upperBound).scalar)
    }

    private func isWord(before position: Int) -> Bool {
        position > bounds.lowerBound && isWord(at: unitStart(position))
    }
}
