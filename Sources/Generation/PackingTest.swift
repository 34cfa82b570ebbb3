import Attention
import Diagnostics
import Foundation
import KeyValues
import Models

/// How prompts of many lengths can be read together.
package enum PromptBatching: String, Sendable, CaseIterable {
    case oneByOne = "one by one"
    /// Batches in the order in which prompts come, each prompt padded to the longest of its batch.
    case padded
    /// The same, with prompts sorted by length before.
    case sortedAndPadded = "sorted, padded"
    /// Row behind row without padding (prepacking: Zhao et al. 2024).
    case packed
}

/// Measures how fast prompts of many lengths are read, by each way of putting them together.
package struct PackingTest: Sendable {
    package var prompts: Int
    /// Lengths lie between these, as many between 8 and 16 as between 256 and 512.
    package var lengths: ClosedRange<Int>
    /// Prompts that are padded to one length.
    package var batch: Int
    package var repeats: Int
    package var reading: ReadingOptions

    package init(prompts: Int, lengths: ClosedRange<Int>, batch: Int = 8, repeats: Int = 3, reading: ReadingOptions = ReadingOptions()) {
        self.prompts = prompts
        self.lengths = lengths
        self.batch = batch
        self.repeats = repeats
        self.reading = reading
    }

    /// The length of each prompt, the same at every run.
    package var promptLengths: [Int] {
        var random = RandomSource(seed: 23)
        let (least, most) = (log(Double(lengths.lowerBound)), log(Double(lengths.upperBound)))
        return (0..<prompts).map { _ in
            min(max(Int(exp(least + random.unitInterval() * (most - least)).rounded()), lengths.lowerBound), lengths.upperBound)
        }
    }

    /// The prompts of each pass, by the number of tokens that each of them brings, padding included.
    package func batches(_ way: PromptBatching) -> [[Int]] {
        let lengths = promptLengths
        func padded(_ lengths: [Int]) -> [[Int]] {
            stride(from: 0, to: lengths.count, by: batch).map { first in
                let members = lengths[first..<min(first + batch, lengths.count)]
                return members.map { _ in members.max() ?? 0 }
            }
        }
        switch way {
        case .oneByOne: return lengths.map { [$0] }
        case .padded: return padded(lengths)
        case .sortedAndPadded: return padded(lengths.sorted())
        case .packed: return [lengths]
        }
    }
}

extension PackingTest {
    /// Measures all ways, in turn in every repetition.
    /// - Parameter read: reads prompts of so many tokens together.
    package func results(_ read: (_ lengths: [Int]) throws -> Void) rethrows -> [PackingResult] {
        let tokens = promptLengths.reduce(0, +), clock = ContinuousClock()
        var rates = PromptBatching.allCases.map { _ in [Double]() }
        for round in 0...repeats {
            for (index, way) in PromptBatching.allCases.enumerated() {
                let start = clock.now
                for batch in batches(way) { try read(batch) }
                // The first round warms up.
                if round > 0 { rates[index].append(Double(tokens) / max(start.duration(to: clock.now).seconds, 1e-9)) }
            }
        }
        return zip(PromptBatching.allCases, rates).map { way, rates in
            PackingResult(way: way, rows: batches(way).joined().reduce(0, +), tokensPerSecondOfEach: rates)
        }
    }
}

/// What one way came to.
package struct PackingResult: Sendable {
    package let way: PromptBatching
    /// Tokens that went through the layers, padding included.
    package let rows: Int
    /// Tokens of prompts in a second, padding not counted, of each repetition.
    package let tokensPerSecondOfEach: [Double]
}

extension Model {
    /// Runs a packing test: each repetition goes through all ways, so that whatever else the machine does meets all of them.
    ///
    /// - Throws: a usage error for a method or cache type that the model cannot serve; `Interrupted`.
    package func measure(_ test: PackingTest, cancellation: Cancellation = Cancellation()) throws -> [PackingResult] {
        let resolved = try ResolvedReading(test.reading, decoder: decoder)
        let reader = Reader(decoder: decoder, policy: resolved.policy, cancellation: cancellation)
        return try test.results { try read($0, reader, resolved) }
    }

    /// Reads prompts together, in passes of as many tokens as a reader's chunk has.
    private func read(_ lengths: [Int], _ reader: Reader, _ resolved: ResolvedReading) throws {
        let caches = try lengths.map { _ in try resolved.makeCache(decoder, arena: arena) }
        while zip(caches, lengths).contains(where: { $0.tokenCount < $1 }) {
            try reader.cancellation.check()
            var room = reader.chunkLength, parts: [(cache: KeyValueCache, chunk: [Int32], isLast: Bool)] = []
            for (cache, length) in zip(caches, lengths) where cache.tokenCount < length && room > 0 {
                let count = min(length - cache.tokenCount, room)
                room -= count
                let chunk = (0..<count).map { Int32(((cache.tokenCount + $0) * 7919 + 13) % decoder.configuration.vocabulary) }
                parts.append((cache, chunk, cache.tokenCount + count == length))
            }
            let states = try decoder.states(of: parts.map { reader.run($0.chunk[...], into: $0.cache, wanted: $0.isLast ? .last : .none) })
            for (part, states) in zip(parts, states) {
                let state = try reader.settle(part.chunk[...], states, in: part.cache, wanted: part.isLast ? .last : .none)
                if let state { _ = try decoder.logits(state) }
            }
        }
    }
}
