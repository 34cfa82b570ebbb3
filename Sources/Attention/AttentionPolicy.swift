import KeyValues
import Tensors

/// A method for long texts: it decides what each query sees and what is kept. It never touches weights, and the kernel never
/// learns which method made a plan.
///
/// A policy is a value without state; what it remembers about a sequence is in the cache's `memory`. The serial owner of the cache
/// calls, for each chunk of tokens, beginChunk; for each layer, for as many queries at a time as may share a plan: prepare, plan (of each
/// head), observe; and after all layers: endChunk, retain.
package protocol AttentionPolicy: Sendable {
    /// What was asked for: "sliding:1024".
    var name: String { get }
    /// What must be provided for it.
    var needs: PolicyNeeds { get }

    /// Whether it can serve a model whose layers keep their keys and values so.
    /// - Throws: an error that says why not.
    func check(_ spec: CacheSpec) throws(AttentionError)
    /// The method for a model whose heads look back as the scores say: asked once, where `needs` names a source of scores.
    func divided(by scores: HeadScores) -> any AttentionPolicy
    /// What it shows to a query at a position, whatever query that is.
    func reach(of position: Int, layer: Int) -> PolicyReach
    /// What it keeps of a text of so many tokens, and shows of it to a query behind it: what it costs.
    func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget
    /// Notes that a turn begins: what somebody says or asks, and the reply to it.
    func beginRound(in cache: KeyValueCache)
    /// Makes room for a chunk of so many tokens, of which no layer holds any yet.
    func beginChunk(_ count: Int, cache: KeyValueCache) throws(KeyValueError)
    /// Looks at the queries of a layer, whose own keys are cached, before they attend: chooses what `plan` will show them. Keys after
    /// the last of these queries may be cached already and don't count.
    func prepare(_ queries: LayerQueries, cache: KeyValueCache)
    /// What the queries of a block see: all that were prepared last, or some of them again.
    func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan
    /// Looks at what the queries that were prepared last saw.
    func observe(_ queries: LayerQueries, result: AttentionResult, cache: KeyValueCache) throws(AttentionError)
    /// Looks at a chunk of tokens that all layers hold.
    /// - Parameter surprisals: `-ln P(token | those before it)` of each token, where `needs` asks for them; nil of a token that no
    ///   prediction came before.
    func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache)
    /// Most queries of a layer that may share a plan; runs end at multiples of it.
    func queriesPerPlan(layer: Int) -> Int?
    /// The slots of one head that must be there for the query at a position.
    func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>]
    /// A text begins, or goes on behind one that had ended.
    func beginText(in cache: KeyValueCache)
    /// A text has been read: what follows are questions about it.
    func endText(in cache: KeyValueCache, compute: Compute)
    /// Drops what no later query will see in a layer. Every method says what that is, if only nothing.
    func retain(in cache: KeyValueCache, layer: Int)
    /// What a method of this name and options remembered when a reading was saved.
    /// - Returns: nil where the record doesn't fit the cache.
    func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)?
}

extension AttentionPolicy {
    package var needs: PolicyNeeds { PolicyNeeds() }
    package func divided(by scores: HeadScores) -> any AttentionPolicy { self }
    package func beginRound(in cache: KeyValueCache) {}
    package func beginChunk(_ count: Int, cache: KeyValueCache) throws(KeyValueError) {}
    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {}
    package func observe(_ queries: LayerQueries, result: AttentionResult, cache: KeyValueCache) throws(AttentionError) {}
    package func endChunk(_ tokens: ArraySlice<Int32>, surprisals: [Float?], cache: KeyValueCache) {}
    package func queriesPerPlan(layer: Int) -> Int? { needs.queriesPerPlan }
    package func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        reach(of: position, layer: layer).slots
    }
    package func beginText(in cache: KeyValueCache) {}
    package func endText(in cache: KeyValueCache, compute: Compute) {}
    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? { nil }
}

extension AttentionPolicy {
    /// Drops what no later query will see in any layer.
    package func retain(in cache: KeyValueCache) {
        for layer in cache.specs.indices { retain(in: cache, layer: layer) }
    }
}

/// What a method may show to the query at a position, as far as that is known before there is one.
package struct PolicyReach: Hashable, Sendable {
    /// The slots that it may show at their true distances, up to the query's own.
    package var own: Range<Int>
    /// Those that it may show at other distances.
    package var placed: [Range<Int>]
    /// The largest of these other distances.
    package var farthestPlaced: Int

    package init(own: Range<Int>, placed: [Range<Int>] = [], farthestPlaced: Int = 0) {
        self.own = own
        self.placed = placed.filter { !$0.isEmpty }
        self.farthestPlaced = self.placed.isEmpty ? 0 : farthestPlaced
    }

    /// The largest distance at which a key is shown: what counts against the window that a model was trained for.
    package var farthest: Int { max(own.count - 1, farthestPlaced) }
    /// All slots that must be there.
    package var slots: [Range<Int>] { placed + [own] }
}

/// What a policy declares that it needs. Who runs the policy provides it or refuses, and never goes on without.
package struct PolicyNeeds: Hashable, Sendable {
    /// The frame of cached keys; nil: any.
    package var frame: KeyFrame?
    /// Most queries that may share a plan; nil: any number. Runs of queries that share one end at multiples of it, counted in positions,
    /// so that a text may be read in chunks of any length.
    package var queriesPerPlan: Int?
    /// Whether it wants to know how surprising each token is, which takes the output head over all tokens.
    package var surprisal = false
    /// Whether it remembers things about a sequence that can't be had again from keys and values: without its memory, a saved reading
    /// can't be gone on with.
    package var memory = false
    /// The length of blocks whose last token is a landmark, which whoever reads a text sets; nil: no landmarks.
    package var landmarkEvery: Int?
    /// The last tokens of a text whose queries it must have seen when the text ends.
    package var watchedTokens = 0
    /// Whether it compares keys by their dot products with queries alone, so that a model which takes distances off the scores is not served.
    package var ranksKeys = false
    /// Where the scores of heads come from by which it divides them.
    package var headScores: HeadScores.Source?
    /// Most tokens that may be read at once; nil: any number.
    package var tokensPerChunk: Int?
    /// Whether a query that comes by itself may see less than among others, so that whoever reads a text must cut it where others do.
    package var choosesForOne = false

    package init(
        frame: KeyFrame? = nil, queriesPerPlan: Int? = nil, surprisal: Bool = false, memory: Bool = false, landmarkEvery: Int? = nil,
        watchedTokens: Int = 0, ranksKeys: Bool = false, headScores: HeadScores.Source? = nil, tokensPerChunk: Int? = nil,
        choosesForOne: Bool = false
    ) {
        precondition(queriesPerPlan ?? 1 > 0, "\(queriesPerPlan ?? 0) queries for a plan")
        self.frame = frame
        self.queriesPerPlan = queriesPerPlan
        self.surprisal = surprisal
        self.memory = memory
        self.landmarkEvery = landmarkEvery
        self.watchedTokens = watchedTokens
        self.ranksKeys = ranksKeys
        self.headScores = headScores
        self.tokensPerChunk = tokensPerChunk
        self.choosesForOne = choosesForOne
    }
}

extension AttentionPolicy {
    package func check(_ spec: CacheSpec) throws(AttentionError) { try checkFrame(spec) }

    /// - Throws: `AttentionError.frameMissing` where a cache is kept in another frame than the method needs.
    func checkFrame(_ spec: CacheSpec) throws(AttentionError) {
        guard let frame = needs.frame, frame != spec.frame else { return }
        throw .frameMissing(method: name, needed: frame, frame: spec.frame)
    }
}
