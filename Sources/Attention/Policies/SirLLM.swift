import KeyValues

/// An endless conversation within fixed memory: the words that surprised the model stay, and fade with every turn.
///
/// The cache holds `sinks + surprising + recent` tokens, the same ones in all layers. When more come, the first `sinks` are kept, then
/// those that were least expected when they were read, then the newest; gaps are closed, so that no distance exceeds what the cache
/// holds. At the beginning of a turn the surprise of all that is kept is multiplied by `retention`. (Yao et al., SirLLM: Streaming
/// Infinite Retentive LLM, 2024.)
///
/// Deviations: the surprise of a token is that of the paper's formula; a long input is read in pieces of half of what the cache
/// holds; when the cache is full, room is made for an eighth of it at once, because moving keys together takes as long for one.
package struct SirLLM: AttentionPolicy {
    /// First tokens that are always kept.
    package let sinks: Int
    /// Of the most surprising tokens so many are kept, less those that room is made for.
    package let surprising: Int
    /// Of the newest tokens at least so many are kept.
    package let recent: Int
    /// What is left of a surprise after a turn.
    package let retention: Float

    package init(sinks: Int, surprising: Int, recent: Int, retention: Float = 1) {
        precondition(sinks >= 0 && surprising > 0 && recent >= 0 && (0...1).contains(retention), "options of SirLLM")
        self.sinks = sinks
        self.surprising = surprising
        self.recent = recent
        self.retention = retention
    }

    package var name: String {
        "sirllm:\(sinks):\(surprising):\(recent)" + (retention < 1 ? ":\(Int((retention * 100).rounded()))" : "")
    }

    package static let defaultSinks = 4

    /// Tokens that the cache holds at most.
    package var capacity: Int { sinks + surprising + recent }

    package var needs: PolicyNeeds {
        PolicyNeeds(frame: .page, surprisal: true, memory: true, tokensPerChunk: max(1, (capacity - sinks) / 2))
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        guard position >= capacity else { return PolicyReach(own: 0..<position + 1) }
        return PolicyReach(own: position..<position + 1, placed: [0..<1], farthestPlaced: capacity - 1)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let held = Double(min(tokens, capacity))
        return TokenBudget(kept: held, shown: held)
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        guard let memory = cache.memory as? SirLLMMemory, memory.gatheredAt > 0 else {
            return AttentionPlan([KeySpan(0..<block.positions.upperBound)])
        }
        let kept = memory.tokens.count
        return AttentionPlan([
            KeySpan(0..<kept, band: .everything, placement: .placed(at: memory.gatheredAt - kept)),
            KeySpan(memory.gatheredAt..<block.positions.upperBound),
        ])
    }

    // MARK: Keeping

    package func beginRound(in cache: KeyValueCache) {
        cache.withMemory(SirLLMMemory(method: name)) { $0.fade(to: retention) }
    }

    package func beginChunk(_ count: Int, cache: KeyValueCache) throws(KeyValueError) {
        var memory = cache.memory as? SirLLMMemory ?? SirLLMMemory(method: name)
        memory.complete(to: cache.tokenCount)
        defer { cache.memory = memory }
        guard memory.surprisals.count + count > capacity else { return }
        let kept = places(of: memory.surprisals, room: min(max(count, capacity / 8), capacity - sinks))
        try cache.gather(slots: kept.map(memory.slot(ofPlace:)))
        memory.keep(kept, tokens: cache.tokenCount)
    }

    /// Which tokens stay, in ascending order, when room is made for so many.
    /// - Parameter surprisals: of all tokens that the cache holds, in their order.
    package func places(of surprisals: [Float], room: Int) -> [Int] {
        let target = min(surprisals.count, capacity - room)
        var kept = Set(0..<min(sinks, target))
        for place in surprisals.placesOfHighest(max(0, surprising - room)) where kept.count < target { kept.insert(place) }
        for place in surprisals.indices.reversed() where kept.count < target { kept.insert(place) }
        return kept.sorted()
    }

    package func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache) {
        // A token that nothing came before counts as the most surprising of those read with it.
        let most = surprisals.compactMap(\.self).max() ?? 0
        cache.withMemory(SirLLMMemory(method: name)) { memory in
            memory.complete(to: cache.tokenCount - tokens.count)
            memory.append(surprisals.map { $0 ?? most })
            memory.complete(to: cache.tokenCount)
        }
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        SirLLMMemory(record, of: self, for: cache)
    }
}

extension SirLLM {
    /// What a person wrote, sinks first. By default the cache holds as much as the model's window, at most 4,096 tokens, a quarter of them
    /// the newest.
    init(_ numbers: [Int], modelWindow: Int?, orThrow unknown: AttentionError, refused: AttentionError) throws(AttentionError) {
        func number(_ index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }
        let sinks = number(0) ?? Self.defaultSinks
        guard let capacity = number(1) == nil ? modelWindow.map({ min(4096, $0) }) : 0 else { throw unknown }
        let recent = number(2) ?? capacity / 4, surprising = number(1) ?? capacity - recent - sinks, retention = number(3) ?? 100
        guard surprising > 0, retention <= 100 else { throw refused }
        self.init(sinks: sinks, surprising: surprising, recent: recent, retention: Float(retention) / 100)
    }
}

extension SirLLM {
    static let entry = PolicyEntry(name: "sirllm", usage: usage, largestOptionCount: 4, smallestOption: 0) {
        options throws(AttentionError) in
        let text = options.numbers.map(String.init).joined(separator: ":")
        return try SirLLM(
            options.numbers, modelWindow: options.modelWindow, orThrow: options.windowUnknown,
            refused: .badOption(method: "sirllm", option: text, usage: usage))
    }

    private static let usage = "sirllm:SINKS:ENTROPY:RECENT:GAMMA with GAMMA in percent and 0 where nothing is wanted of a kind,"
}
