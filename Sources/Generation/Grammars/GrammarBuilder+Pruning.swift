extension GrammarBuilder {
    /// The grammar that begins at a node, without ways that never come to an end; nil if none does.
    ///
    /// So a reply never gets into a dead end: what may be said next can always be finished.
    consuming func grammar(from start: Int32) -> ByteGrammar? {
        let ends = nodesThatEnd()
        guard ends[Int(start)] else { return nil }
        let pruned = nodes.map { node -> GrammarNode in
            switch node {
            case .bytes(let edges): .bytes(edges.filter { ends[Int($0.next)] })
            case .either(let choices): .either(choices.filter { ends[Int($0)] })
            case .repeated(let rule) where !ends[Int(rule.body)]: .either([rule.then])
            case .call, .repeated, .end: node
            }
        }
        return ByteGrammar(nodes: pruned, start: start)
    }

    /// By node: whether some finite text leads from it to the end of its rule. In time proportional to the edges.
    private func nodesThatEnd() -> [Bool] {
        var dependents = [[Int32]](repeating: [], count: nodes.count)
        for (number, node) in nodes.enumerated() {
            for successor in node.successors { dependents[Int(successor)].append(Int32(number)) }
        }
        var ends = [Bool](repeating: false, count: nodes.count)
        var pending = [ByteGrammar.end]
        while let number = pending.popLast() {
            guard !ends[Int(number)], doesEnd(nodes[Int(number)], ends) else { continue }
            ends[Int(number)] = true
            pending += dependents[Int(number)]
        }
        return ends
    }

    private func doesEnd(_ node: GrammarNode, _ ends: [Bool]) -> Bool {
        switch node {
        case .bytes(let edges): edges.contains { ends[Int($0.next)] }
        case .either(let choices): choices.contains { ends[Int($0)] }
        case .call(let rule, let then): ends[Int(rule)] && ends[Int(then)]
        case .repeated(let rule): ends[Int(rule.then)] && (rule.least == 0 || ends[Int(rule.body)])
        case .end: true
        }
    }
}

extension GrammarNode {
    /// The nodes that this one leads to.
    fileprivate var successors: [Int32] {
        switch self {
        case .bytes(let edges): edges.map(\.next)
        case .either(let choices): choices
        case .call(let rule, let then): [rule, then]
        case .repeated(let rule): [rule.body, rule.then]
        case .end: []
        }
    }
}
