import KeyValues
import Positions

/// Near keys at their true distances, far ones in groups that share a position, so that a text several times as long as the trained
/// window shows no distance that the model has not seen. The groups join the window without a gap; nothing is trained.
///
/// (Jin et al., LLM Maybe LongLM: Self-Extend LLM Context Window Without Tuning, 2024.)
package struct SelfExtend: AttentionPolicy {
    /// Tokens that share a position.
    package let group: Int
    /// Keys that a query sees at their true distances, its own included.
    package let window: Int

    package var name: String { "selfextend:\(group):\(window)" }
    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw) }

    package static let defaultGroup = 8

    /// Groups that are just large enough, behind a quarter of the model's window.
    @Sendable private static func trials(for stretch: Stretch) -> [String] {
        let window = max(1, stretch.window / 4), grouped = max(1, stretch.window - window - 2)
        return ["selfextend:\((stretch.length + grouped - 1) / grouped):\(window)"]
    }

    package init(group: Int, window: Int) {
        precondition(group > 0 && window > 0, "groups of \(group) and a window of \(window) tokens")
        self.group = group
        self.window = window
    }

    /// How much nearer the groups of queries move to those of keys, so that the first beyond the window follow its last.
    private var offset: Int { window - window / group }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - window + 1)
        return PolicyReach(own: oldest..<position + 1, placed: [0..<oldest], farthestPlaced: position / group + offset)
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let end = block.positions.upperBound
        return AttentionPlan([
            KeySpan(
                0..<max(0, end - window), band: .beyond(window),
                placement: .mapped(query: .groups(of: group, offset: offset), key: .groups(of: group))),
            KeySpan(max(0, block.positions.lowerBound - window + 1)..<end, band: .window(window)),
        ])
    }
}

extension SelfExtend {
    /// What an encoder's queries see of a text: the keys on both sides of them, which stand as far away as those of a decoder before them.
    /// (Zhu et al., LongEmbed, 2024.)
    package func planOnBothSides(tokens: Int) -> AttentionPlan {
        func far(_ band: Band, offset: Int) -> KeySpan {
            KeySpan(
                0..<tokens, band: band,
                placement: .mapped(query: .groups(of: group, offset: offset), key: .groups(of: group)))
        }
        return AttentionPlan([
            far(.beyond(window), offset: offset), KeySpan(0..<tokens, band: Band(lowest: 1 - window, highest: window - 1)),
            far(Band(highest: -window), offset: -offset),
        ])
    }

    /// The longest text that shows no distance beyond those of a window that a model was trained for.
    package func reach(ofWindow trained: Int) -> Int { max(trained, (trained - window) * group + window) }
}

extension SelfExtend {
    static let entry = PolicyEntry(
        name: "selfextend", usage: "selfextend:GROUP:WINDOW", largestOptionCount: 2, trials: trials
    ) { options throws(AttentionError) in
        let group = options[0] ?? defaultGroup
        let window = try options.window(at: 1, sharedBy: 4)
        // By default in whole groups.
        return SelfExtend(group: group, window: options[1] ?? max(1, window / group * group))
    }
}
