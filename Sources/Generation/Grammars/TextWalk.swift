/// A place in a text: a situation, and the rules that wait below it.
struct TextPlace {
    var situation: Int32
    /// The innermost frame in the walk's stacks; `WaitingFrames.bottom` where none waits.
    var frame: Int32
}

/// Stacks that grow from common beginnings, as paths in one tree: a walk over a vocabulary pushes and pops at every node, and goes back.
struct WaitingFrames {
    static let bottom: Int32 = -1

    private var frames: [(frame: Frame, below: Int32)] = []

    /// - Parameter frames: one stack, the innermost frame last.
    init(_ frames: [Frame] = []) {
        for frame in frames { _ = push(frame, onto: top) }
    }

    /// The innermost frame of the stack pushed last.
    var top: Int32 { Int32(frames.count) - 1 }

    mutating func push(_ frame: Frame, onto below: Int32) -> Int32 {
        frames.append((frame, below))
        return top
    }

    subscript(place: Int32) -> (frame: Frame, below: Int32) { frames[Int(place)] }

    /// One stack, the innermost frame last.
    func stack(at place: Int32) -> [Frame] {
        var stack: [Frame] = [], place = place
        while place != Self.bottom {
            stack.append(frames[Int(place)].frame)
            place = frames[Int(place)].below
        }
        return stack.reversed()
    }
}

/// Steps of a text through a grammar.
struct TextWalk {
    var table: SituationTable
    var frames = WaitingFrames()

    /// Reads a byte. Nil if it cannot come; where the place returns to a rule below `WaitingFrames.bottom`, it stays as it is.
    @inline(__always)
    mutating func step(_ place: TextPlace, _ byte: UInt8) -> TextPlace? {
        let entry = table.entry(place.situation, byte)
        if entry >= 0 { return TextPlace(situation: entry, frame: place.frame) }
        return entry == SituationTable.dead ? nil : settled(table.move(entry), above: place.frame)
    }

    /// The place after a move: returns as far as rules wait.
    mutating func settled(_ move: SituationTable.Move, above frame: Int32) -> TextPlace {
        var place = TextPlace(situation: move.situation, frame: frame)
        for frame in move.waiting { place.frame = frames.push(frame, onto: place.frame) }
        return settled(place)
    }

    func isSettled(_ place: TextPlace) -> Bool {
        place.frame == WaitingFrames.bottom || !table.returns(place.situation)
    }

    mutating func settled(_ place: TextPlace) -> TextPlace {
        var place = place
        while !isSettled(place) {
            let (frame, below) = frames[place.frame]
            let move = table.move(returning: place.situation, to: frame)
            place = TextPlace(situation: move.situation, frame: below)
            for frame in move.waiting { place.frame = frames.push(frame, onto: place.frame) }
        }
        return place
    }
}
