/// A rule that waits for another to return, and how often it has been gone through.
struct Frame: Hashable, Sendable {
    let node: Int32
    let count: Int32
}

/// One way to have read the text so far: the node that reads the next byte, and the rules that wait, the innermost last.
struct TextPath: Hashable, Sendable {
    let node: Int32
    var waiting: [Frame]
}

/// All ways to have read the text so far, above the rules that wait in all of them.
///
/// Where a text can be read in one way only, which is almost everywhere, this is one node and no frame: what can follow inside a string is
/// the same wherever the string stands, so it is looked for once.
struct Situation: Hashable, Sendable {
    var paths: [TextPath] = []
    /// Whether the text may also be at the end of what the innermost of the common rules waits for.
    var returns = false

    /// Neither going on nor returning.
    var isDead: Bool { paths.isEmpty && !returns }

    /// Takes off the frames that wait in all paths. They are given back, the innermost last.
    mutating func takeCommonFrames() -> [Frame] {
        guard !returns, let first = paths.first else { return [] }
        var count = first.waiting.count
        for path in paths.dropFirst() {
            count = zip(first.waiting.prefix(count), path.waiting).prefix { $0 == $1 }.count
        }
        guard count > 0 else { return [] }
        for place in paths.indices { paths[place].waiting.removeFirst(count) }
        return Array(first.waiting.prefix(count))
    }
}

extension ByteGrammar {
    /// The most ways to read a text that are followed at the same time. Only alternatives that begin alike make several; where they make more
    /// than this, the last of them are given up: all that is allowed stays valid, and not all that is valid is allowed.
    static let mostPaths = 1_024

    /// The situation at a node, before the first byte.
    func situation(at node: Int32) -> Situation {
        settle([TextPath(node: node, waiting: [])])
    }

    /// The situation after one more byte. What returned in the situation before is not part of it.
    func situation(after situation: Situation, reading byte: UInt8) -> Situation {
        var next: [TextPath] = []
        for path in situation.paths {
            guard case .bytes(let edges) = nodes[Int(path.node)] else { continue }
            for edge in edges where edge.bytes.contains(byte) { next.append(TextPath(node: edge.next, waiting: path.waiting)) }
        }
        return settle(next)
    }

    /// A situation that returns, together with the rule that waited below it.
    func situation(_ situation: Situation, returningTo frame: Frame) -> Situation {
        settle(situation.paths.map { TextPath(node: $0.node, waiting: [frame] + $0.waiting) } + resume(frame, above: []))
    }

    /// The bytes at which edges of a situation begin or have ended: between two of them all bytes lead to the same place.
    func borders(of situation: Situation) -> [Int] {
        var borders: Set<Int> = [0, 256]
        for path in situation.paths {
            guard case .bytes(let edges) = nodes[Int(path.node)] else { continue }
            for edge in edges { borders.formUnion([Int(edge.bytes.lowerBound), Int(edge.bytes.upperBound) + 1]) }
        }
        return borders.sorted()
    }

    /// Follows all that needs no byte.
    private func settle(_ paths: [TextPath]) -> Situation {
        var situation = Situation()
        var pending = Array(paths.reversed())
        var seen: Set<TextPath> = []
        while let path = pending.popLast(), situation.paths.count < Self.mostPaths, seen.count < 8 * Self.mostPaths {
            guard seen.insert(path).inserted else { continue }
            switch nodes[Int(path.node)] {
            case .bytes: situation.paths.append(path)
            case .either(let choices): pending += choices.reversed().map { TextPath(node: $0, waiting: path.waiting) }
            case .call(let rule, _):
                pending.append(TextPath(node: rule, waiting: path.waiting + [Frame(node: path.node, count: 0)]))
            case .repeated: pending += resume(Frame(node: path.node, count: 0), above: path.waiting)
            case .end:
                if let frame = path.waiting.last {
                    pending += resume(frame, above: Array(path.waiting.dropLast()))
                } else {
                    situation.returns = true
                }
            }
        }
        return situation
    }

    /// Where a rule goes on that waited.
    private func resume(_ frame: Frame, above waiting: [Frame]) -> [TextPath] {
        switch nodes[Int(frame.node)] {
        case .call(_, let then): return [TextPath(node: then, waiting: waiting)]
        case .repeated(let rule):
            var paths: [TextPath] = []
            if frame.count < rule.most ?? .max {
                let again = Frame(node: frame.node, count: rule.next(after: frame.count))
                paths.append(TextPath(node: rule.body, waiting: waiting + [again]))
            }
            if frame.count >= rule.least { paths.append(TextPath(node: rule.then, waiting: waiting)) }
            return paths
        case .bytes, .either, .end: return []
        }
    }
}
