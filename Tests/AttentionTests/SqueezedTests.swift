import ApusTesting
import Attention
import CKernels
import Foundation
import KeyValues
import Tensors
import Testing

@Suite("Squeezed attention")
struct SqueezedTests {
    /// A policy that leaves out so many percent of the keys; singletons are clusters of one key each.
    private static func policy(
        drop: Int, levels: Int = 1, clusters: Int = 5, coarse: Int = 2, lower: Int = 50, window: Int = 20
    ) -> SqueezedAttention {
        var options = SqueezedAttention.Options()
        options.dropPercent = drop
        options.levels = levels
        options.clusterPercent = clusters
        options.coarsePercent = coarse
        options.coarseDropPercent = lower
        options.window = window
        return SqueezedAttention(options, name: "squeezed:test")
    }

    /// A case whose keys lie in directions that repeat, as those of texts do.
    private static func whole(_ tokens: Int, seed: UInt64 = 1, type: CacheType = .f32) -> AttentionCase {
        AttentionCase(
            tokens: tokens, queries: tokens, rotaryDim: 8, keyType: type, valueType: .f32, frame: .origin, seed: seed, sharpness: 3)
    }

    /// A cache that has read the first tokens of a case as a text.
    private static func read(_ problem: AttentionCase, _ tokens: Int, by policy: any AttentionPolicy) throws -> KeyValueCache {
        let cache = try problem.makeCache(tokens: 0)
        policy.beginText(in: cache)
        try problem.read([tokens / 2, tokens - tokens / 2], policy: policy, into: cache)
        policy.endText(in: cache, compute: AttentionCase.compute)
        return cache
    }

    private static func clusters(_ cache: KeyValueCache) throws -> KeyClusters { try #require(cache.memory as? KeyClusters) }

    /// The text's slots that a query head's plan shows.
    private static func kept(_ policy: any AttentionPolicy, _ positions: Range<Int>, head: Int, cache: KeyValueCache) -> [Int] {
        let plan = policy.plan(QueryBlock(layer: 0, head: head, group: 2, positions: positions), cache: cache)
        return plan.spans[0].slots.filter { slot in
            plan.spans[0].choice?.pages.contains { $0.index == slot / 64 && $0.keys >> UInt64(slot % 64) & 1 == 1 } ?? true
        }
    }

    /// The estimated weight of one key of each cluster for one query, by the definition.
    private static func weights(_ query: [Double], means: [[Double]], counts: [Int32], scale: Double) -> [Double] {
        let scores = means.map { scale * SparseReference.dot(query, $0) }, most = scores.max() ?? 0
        let total = zip(scores, counts).reduce(0) { $0 + Double($1.1) * exp($1.0 - most) }
        return zip(scores, counts).map { $0.1 == 0 ? 0 : exp($0.0 - most) / total }
    }

    /// The mean weights over the queries of some positions, of a head's clusters, from its labels alone.
    private static func meanWeights(
        _ reference: SparseReference, _ positions: Range<Int>, head: Int, labels: [Int32], count: Int
    ) -> [Double] {
        let problem = reference.problem, queries = problem.queryTensor
        var members = Array(repeating: [Int](), count: count)
        for (slot, label) in labels.enumerated() { members[Int(label)].append(slot) }
        let means = members.map { slots -> [Double] in
            var mean = [Double](repeating: 0, count: problem.keyDim)
            for slot in slots {
                for c in 0..<problem.keyDim { mean[c] += reference.keys[head][slot][c] / Double(slots.count) }
            }
            return mean
        }
        let rows = positions.flatMap { reference.queries(queries.rowArray($0), head: head, position: $0) }
        var sums = [Double](repeating: 0, count: count)
        for row in rows {
            let own = weights(row, means: means, counts: members.map { Int32($0.count) }, scale: Double(problem.scoreRule.scale))
            for index in 0..<count { sums[index] += own[index] / Double(rows.count) }
        }
        return sums
    }

    @Test("Names keep what is not as usual", arguments: ["squeezed:70", "squeezed:90:levels=2:clusters=10:lower=0:window=64:rounds=3"])
    func names(text: String) throws {
        #expect(try PolicyRegistry.policy(text, window: nil).name == text)
    }

    @Test("Wrong options are refused", arguments: ["squeezed:100", "squeezed:50:levels=3", "squeezed:50:clusters=0", "squeezed:50:x=1"])
    func refusals(text: String) {
        #expect(throws: AttentionError.self) { try PolicyRegistry.policy(text, window: nil) }
    }

    @Test("Where nothing is left out it is full attention, with one level and two, in questions of any length", arguments: [1, 2])
    func nothingDropped(levels: Int) throws {
        let problem = Self.whole(460), policy = Self.policy(drop: 0, levels: levels, lower: 0)
        for question in [1, 2, 127, 128, 129] {
            let cache = try Self.read(problem, 300, by: policy)
            let found = try problem.read([question, 1, 1], policy: policy, into: cache, from: 300)
            let full = try problem.read([question, 1, 1], policy: FullAttention(), into: problem.makeCache(tokens: 300), from: 300)
            #expect(largestDifference(found, full) < 4e-6)
        }
    }

    @Test("Labels cover each key once, counts add up, means are of the keys as they are, and two runs agree", arguments: [1, 2])
    func clusters(levels: Int) throws {
        let problem = Self.whole(700), policy = Self.policy(drop: 70, levels: levels, clusters: 30), reference = SparseReference(problem)
        let memory = try Self.clusters(Self.read(problem, 700, by: policy))
        #expect(memory.clusteredTokens == 680 && memory.textTokens == 700)
        #expect(try Self.clusters(Self.read(problem, 700, by: policy)).heads == memory.heads)
        for (head, own) in memory.heads[0].enumerated() {
            #expect(own.labels.count == 680 && own.fine.counts.count == 204)
            #expect(own.fine.counts.reduce(0, +) == 680 && own.labels.allSatisfy { $0 >= 0 && $0 < 204 })
            for cluster in 0..<204 where own.fine.counts[cluster] > 0 {
                let slots = own.labels.indices.filter { own.labels[$0] == cluster }
                #expect(slots.count == Int(own.fine.counts[cluster]))
                for place in 0..<16 {
                    var mean = 0.0
                    for slot in slots { mean += reference.keys[head][slot][Int(problem.rotary.pairing[place])] / Double(slots.count) }
                    #expect(abs(mean - Double(own.fine.means[cluster * 16 + place])) < 1e-5)
                }
            }
            #expect((own.coarse?.counts.reduce(0, +) ?? 680) == 680)
        }
    }

    @Test("Clusters of one key each give every key its exact weight, and those above the threshold are kept")
    func singletons() throws {
        let problem = Self.whole(230), policy = Self.policy(drop: 80, clusters: 100), reference = SparseReference(problem)
        let cache = try Self.read(problem, 200, by: policy), memory = try Self.clusters(cache)
        #expect(memory.heads[0].allSatisfy { $0.fine.counts == Array(repeating: 1, count: 180) })
        try problem.read([30], policy: policy, into: cache, from: 200)
        for head in 0..<2 {
            let weights = Self.meanWeights(reference, 200..<230, head: head, labels: memory.heads[0][head].labels, count: 180)
            let expected = (0..<180).filter { weights[Int(memory.heads[0][head].labels[$0])] > Double(memory.threshold) }
            #expect(Self.kept(policy, 200..<230, head: head, cache: cache) == expected)
        }
    }

    @Test("A cluster's estimate is never above what its keys weigh together")
    func jensen() throws {
        let problem = Self.whole(400), reference = SparseReference(problem)
        let memory = try Self.clusters(Self.read(problem, 400, by: Self.policy(drop: 50)))
        let query = reference.queries(problem.queryTensor.rowArray(390), head: 0, position: 390)[0], own = memory.heads[0][0]
        for cluster in own.fine.counts.indices where own.fine.counts[cluster] > 0 {
            let slots = own.labels.indices.filter { own.labels[$0] == cluster }
            var score = 0.0, together = 0.0
            for place in 0..<16 { score += query[Int(problem.rotary.pairing[place])] * Double(own.fine.means[cluster * 16 + place]) }
            for slot in slots { together += exp(SparseReference.dot(query, reference.keys[0][slot])) }
            #expect(Double(slots.count) * exp(score) <= 1.0001 * together)
        }
    }

    @Test("The threshold leaves out the given share over all heads for the queries that set it", arguments: [30, 70, 90])
    func calibration(drop: Int) throws {
        let problem = Self.whole(620), reference = SparseReference(problem)
        let memory = try Self.clusters(Self.read(problem, 600, by: Self.policy(drop: drop, clusters: 20)))
        var kept = 0, largest = 0
        for head in 0..<2 {
            let own = memory.heads[0][head]
            let weights = Self.meanWeights(reference, 580..<600, head: head, labels: own.labels, count: own.fine.counts.count)
            kept += own.labels.count { weights[Int($0)] > Double(memory.threshold) * 1.00001 }
            largest = max(largest, Int(own.fine.counts.max() ?? 0))
        }
        #expect(abs(Double(kept) - Double(2 * 580 * (100 - drop)) / 100) <= Double(2 * largest))
    }

    @Test("A question of any length is attended with the keys that brute force keeps", arguments: [1, 2, 65, 130])
    func brute(question: Int) throws {
        let problem = Self.whole(560), policy = Self.policy(drop: 70, clusters: 15), reference = SparseReference(problem)
        let cache = try Self.read(problem, 400, by: policy), memory = try Self.clusters(cache)
        let outputs = try problem.read([question], policy: policy, into: cache, from: 400), positions = 400..<400 + question
        for head in 0..<2 {
            let own = memory.heads[0][head]
            let weights = Self.meanWeights(reference, positions, head: head, labels: own.labels, count: own.fine.counts.count)
            let expected = (0..<380).filter { weights[Int(own.labels[$0])] > Double(memory.threshold) }
            #expect(Self.kept(policy, positions, head: head, cache: cache) == expected)
            for position in [400, 400 + question / 2, 400 + question - 1] {
                let seen = KeyChoice(slots: expected + Array(380...position))
                let row = problem.bruteForce().row(
                    query: problem.queryTensor.rowArray(position), position: position, index: 0, queryHead: 2 * head + 1,
                    plan: AttentionPlan([KeySpan(seen)]))
                for dim in 0..<16 {
                    #expect(abs(Double(outputs[position - 400][(2 * head + 1) * 16 + dim]) - row.output[dim]) < 4e-6)
                }
            }
        }
    }

    @Test("Two levels keep what passes both, and with everything passing the first they are as one level")
    func hierarchy() throws {
        let problem = Self.whole(600), policy = Self.policy(drop: 70, levels: 2, clusters: 20, coarse: 5, lower: 40)
        let cache = try Self.read(problem, 500, by: policy), memory = try Self.clusters(cache)
        try problem.read([20], policy: policy, into: cache, from: 500)
        let reference = SparseReference(problem)
        for head in 0..<2 {
            let own = memory.heads[0][head], coarse = try #require(own.coarse),
                queries = (500..<520).flatMap {
                    reference.queries(problem.queryTensor.rowArray($0), head: head, position: $0)
                }
            func mean(_ level: ClusterLevel, counts: [Int32]) -> [Double] {
                let means = level.counts.indices.map { cluster in
                    var mean = [Double](repeating: 0, count: 16)
                    for place in 0..<16 { mean[Int(problem.rotary.pairing[place])] = Double(level.means[cluster * 16 + place]) }
                    return mean
                }
                let all = queries.map { Self.weights($0, means: means, counts: counts, scale: Double(problem.scoreRule.scale)) }
                return means.indices.map { index in all.reduce(0) { $0 + $1[index] } / Double(all.count) }
            }
            let passing = mean(coarse, counts: coarse.counts).map { $0 > Double(memory.coarseThreshold) }
            let fine = mean(
                own.fine, counts: own.fine.counts.indices.map { passing[Int(own.groups[$0])] ? own.fine.counts[$0] : 0 })
            let expected = (0..<480).filter { slot in
                let cluster = Int(own.labels[slot])
                return passing[Int(own.groups[cluster])] && fine[cluster] > Double(memory.threshold)
            }
            #expect(Self.kept(policy, 500..<520, head: head, cache: cache) == expected)
            #expect(passing.contains(false) && expected.count < 480)
        }
        let open = Self.policy(drop: 70, levels: 2, clusters: 20, lower: 0), single = Self.policy(drop: 70, clusters: 20)
        let both = try [open, single].map { policy in
            let cache = try Self.read(problem, 500, by: policy)
            try problem.read([20], policy: policy, into: cache, from: 500)
            return (0..<2).map { Self.kept(policy, 500..<520, head: $0, cache: cache) }
        }
        #expect(both[0] == both[1])
    }

    @Test("At an equal number of keys, clusters hold more of attention than pages, and pages more than chance")
    func quality() throws {
        // Keys around a few directions in mixed order, as words of a text mix their subjects.
        var problem = Self.whole(640)
        problem.rotaryDim = 0
        var random = SeededGenerator(seed: 5)
        let centres = (0..<24).map { _ in (0..<32).map { _ in 2 * random.unit() - 1 } }
        let rows = (0..<640).map { slot in
            let centre = centres[(slot / 3 * 7) % 24]
            return centre.map { 2 * $0 + 0.6 * (random.unit() - 0.5) }
        }
        let keys = Tensor(rows: 640, columns: 32, rows.flatMap(\.self)), reference = SparseReference(problem, keys: keys)
        let labels = KMeans(
            reference.keys[0].flatMap { $0.map(Float.init) }, dimension: 16, rounds: 8,
            kernels: try #require(panel_kernels(KERNELS_PORTABLE)).pointee
        ).labels(clusters: 32)
        var mass = [0.0, 0.0, 0.0]
        for _ in 0..<10 {
            let query = centres[random.below(24)].prefix(16).map { Double($0) + Double(random.unit() - 0.5) }
            let weights = reference.keys[0].map { exp(SparseReference.dot(query, $0)) }, total = weights.reduce(0, +)
            let pages = (0..<10).map { weights[$0 * 64..<($0 + 1) * 64].reduce(0, +) }
            mass[1] += (pages.max() ?? 0) / total
            for _ in 0..<64 { mass[2] += weights[random.below(640)] / total }
            let clusters = (0..<32).map { cluster in weights.indices.filter { labels[$0] == cluster } }
            func mean(_ slots: [Int]) -> Double { slots.reduce(0.0) { $0 + weights[$1] } / Double(slots.count) }
            let ranked = clusters.filter { !$0.isEmpty }.sorted { mean($0) > mean($1) }
            mass[0] += ranked.joined().prefix(64).reduce(0.0) { $0 + weights[$1] } / total
        }
        #expect(mass[0] > mass[1] && mass[1] > mass[2])
    }

    @Test("What is saved answers as before, forks keep it, and another text makes it invalid")
    func memory() throws {
        let problem = Self.whole(520), policy = Self.policy(drop: 70, levels: 2, clusters: 20)
        let cache = try Self.read(problem, 450, by: policy), record = try #require(cache.memory?.record)
        let restored = cache.fork(), fork = cache.fork()
        restored.memory = policy.memory(record, for: cache)
        #expect(try Self.clusters(restored).heads == Self.clusters(cache).heads)
        let expected = try problem.read([30, 1, 1], policy: policy, into: cache, from: 450)
        #expect(try problem.read([30, 1, 1], policy: policy, into: restored, from: 450) == expected)
        #expect(try problem.read([30, 1, 1], policy: policy, into: fork, from: 450) == expected)
        #expect(policy.memory(record, for: cache) == nil)
        cache.truncate(to: 450)
        #expect(cache.memory != nil)
        cache.truncate(to: 449)
        #expect(cache.memory == nil)
        var odd = record
        odd.integers["labels.0.1"]?[7] = 5000
        #expect(policy.memory(odd, for: try problem.makeCache(tokens: 450)) == nil)
        policy.beginText(in: restored)
        #expect(restored.memory == nil)
    }

    @Test("Clusters of many vectors are found in two stages, each vector in one, on every kind of kernels", arguments: PanelTests.families)
    func twoStages(family: UInt32) throws {
        var random = SeededGenerator(seed: 2)
        let vectors = (0..<3000 * 8).map { _ in random.unit() - 0.5 }
        let kernels = try #require(panel_kernels(KernelFamily(rawValue: family))).pointee
        let labels = KMeans(vectors, dimension: 8, rounds: 4, kernels: kernels).labels(clusters: 300)
        #expect(labels.count == 3000 && labels.allSatisfy { (0..<300).contains($0) } && Set(labels).count > 250)
        // Nearer to each other than those of clusters by chance.
        #expect(Self.spread(vectors, labels: labels.map(Int.init)) < 0.7 * Self.spread(vectors, labels: (0..<3000).map { $0 % 300 }))
    }

    /// The squared distances of directions, eight numbers each, from the means of their clusters.
    private static func spread(_ vectors: [Float], labels: [Int]) -> Double {
        var sums: [Int: [Double]] = [:], counts: [Int: Double] = [:], directions: [[Double]] = []
        for (place, label) in labels.enumerated() {
            let vector = vectors[place * 8..<(place + 1) * 8].map(Double.init), length = SparseReference.dot(vector, vector).squareRoot()
            directions.append(vector.map { $0 / length })
            var sum = sums[label] ?? Array(repeating: 0, count: 8)
            for c in 0..<8 { sum[c] += directions[place][c] }
            sums[label] = sum
            counts[label, default: 0] += 1
        }
        var spread = 0.0
        for (place, label) in labels.enumerated() {
            guard let sum = sums[label], let count = counts[label] else { continue }
            for c in 0..<8 {
                let distance = directions[place][c] - sum[c] / count
                spread += distance * distance
            }
        }
        return spread
    }
}
