import KeyValues
import Positions

/// Keys within a window at their true distances and all others at the window's end, or, in the leaky form, at distances that grow
/// `leak` times more slowly from there on. Nothing is forgotten and nothing is trained.
///
/// (Su, Transformer Upgrade Path: ReRoPE, 2023.)
package struct ReRoPE: AttentionPolicy {
    package let window: Int
    /// By what distances beyond the window are divided; nil: they do not grow at all.
    package let leak: Int?

    package var name: String { "rerope:\(window)" + (leak.map { ":\($0)" } ?? "") }
    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw) }

    package init(window: Int, leak: Int? = nil) {
        precondition(window > 0 && leak ?? 1 > 0, "a window of \(window) tokens that leaks a part in \(leak ?? 0)")
        self.window = window
        self.leak = leak
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - window + 1)
        let beyond = leak.map { (position - window + $0 - 1) / $0 } ?? 0
        return PolicyReach(own: oldest..<position + 1, placed: [0..<oldest], farthestPlaced: window + max(0, beyond))
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let end = block.positions.upperBound
        return AttentionPlan([
            KeySpan(0..<max(0, end - window), band: .beyond(window), placement: placement),
            KeySpan(max(0, block.positions.lowerBound - window + 1)..<end, band: .window(window)),
        ])
    }

    /// A key at distance `r` appears at `window + (r - window) / leak`.
    private var placement: Placement {
        guard let leak else { return .constant(distance: window) }
        let offset = Double(window) * Double(leak - 1) / Double(leak)
        return .mapped(query: .quotient(by: Double(leak), offset: offset), key: .quotient(by: Double(leak)))
    }
}

extension ReRoPE {
    static let entry = PolicyEntry(
        name: "rerope", usage: "rerope:WINDOW[:LEAK]", largestOptionCount: 2
    ) { options throws(AttentionError) in
        ReRoPE(window: try options.window(at: 0, sharedBy: 2), leak: options[1])
    }
}
