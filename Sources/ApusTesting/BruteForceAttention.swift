import Attention
import Foundation
import Positions

/// Attention by the definition, in double precision: every score of every query and key, one softmax.
///
/// Knows nothing of pages, frames and tiles; what a plan means is written down here a second time.
package struct BruteForceAttention {
    package var rotary: Rotary
    package var rule: ScoreRule
    /// Key/value heads, and query heads of each.
    package var heads: Int
    package var group: Int
    package var valueDim: Int
    /// `[slots][heads · keyDim]`, not rotated, and `[slots][heads · valueDim]`.
    package var keys: [[Float]]
    package var values: [[Float]]
    /// The position of each slot.
    package var positions: [Int]

    package init(rotary: Rotary, rule: ScoreRule, heads: Int, group: Int, valueDim: Int, keys: [[Float]], values: [[Float]]) {
        self.rotary = rotary
        self.rule = rule
        self.heads = heads
        self.group = group
        self.valueDim = valueDim
        self.keys = keys
        self.values = values
        positions = Array(keys.indices)
    }

    /// What one query head sees: the slots in the order of the spans, and their logits.
    package struct Row {
        package var slots: [Int] = []
        package var spans: [Int] = []
        package var logits: [Double] = []
        package var output: [Double] = []
        package var logSumExp = -Double.infinity

        /// Gives the keys of a span together the weight of one key with this score.
        fileprivate mutating func set(logSumExp score: Double, ofSpan span: Int) {
            let own = logSumExp(ofSpan: span)
            for index in logits.indices where spans[index] == span { logits[index] += score - own }
        }

        /// Natural logarithm of the sum of exponentials of one span.
        package func logSumExp(ofSpan span: Int) -> Double {
            let own = zip(spans, logits).filter { $0.0 == span }.map(\.1)
            guard let largest = own.max() else { return -.infinity }
            return largest + log(own.reduce(0) { $0 + exp($1 - largest) })
        }
    }

    /// - Parameters:
    ///   - query: `[heads · group · keyDim]`, not rotated.
    ///   - index: which query of the plan's block it is.
    package func row(query: [Float], position: Int, index: Int, queryHead: Int, plan: AttentionPlan) -> Row {
        let head = queryHead / group
        var row = Row()
        for (number, span) in plan.spans.enumerated() where shows(span.rows, index * group + queryHead % group) {
            let chosen = span.choice.map { Set($0.slotNumbers) }
            for slot in span.slots.clamped(to: 0..<keys.count) where span.band.contains(position - positions[slot]) {
                if let chosen, !chosen.contains(slot) { continue }
                let distance = shownDistance(span, slot: slot, position: position, index: index)
                row.slots.append(slot)
                row.spans.append(number)
                row.logits.append(
                    logit(query: query, queryHead: queryHead, key: keys[slot], head: head, position: position, distance: distance))
            }
            guard let gate = span.gate else { continue }
            let distance = shownDistance(span, slot: gate, position: position, index: index)
            let isSeen = gate < keys.count && span.band.contains(position - positions[gate])
            let score =
                isSeen
                ? logit(query: query, queryHead: queryHead, key: keys[gate], head: head, position: position, distance: distance)
                : -.infinity
            row.set(logSumExp: score, ofSpan: number)
        }
        finish(&row, head: head, queryHead: queryHead)
        return row
    }

    private func shows(_ rows: RowSet, _ row: Int) -> Bool {
        switch rows {
        case .all: true
        case .some(let bits): bits[row]
        }
    }

    private func shownDistance(_ span: KeySpan, slot: Int, position: Int, index: Int) -> Double {
        switch span.placement {
        case .own: Double(position - positions[slot])
        case .shifted(let shift): Double(position - positions[slot] - shift)
        case .shiftedPerQuery(let shifts): Double(position - positions[slot] - shifts[index])
        case .placed(let first): Double(position - (first + slot - span.slots.lowerBound))
        case .behind(let distance): Double(distance - slot % 64)
        case .constant(let distance): Double(distance)
        case .mapped(let query, let key): query(position) - key(positions[slot])
        }
    }

    private func logit(query: [Float], queryHead: Int, key: [Float], head: Int, position: Int, distance: Double) -> Double {
        let dim = rotary.headDim
        var sum = 0.0
        for place in stride(from: 0, to: dim, by: 2) {
            let first = Int(rotary.pairing[place])
            let (qx, kx) = (Double(query[queryHead * dim + first]), Double(key[head * dim + first]))
            guard place + 1 < dim else { sum += qx * kx; continue }
            let second = Int(rotary.pairing[place + 1])
            let (qy, ky) = (Double(query[queryHead * dim + second]), Double(key[head * dim + second]))
            guard place < rotary.rotaryDim else { sum += qx * kx + qy * ky; continue }
            let angle = distance * rotary.inverseFrequencies[place / 2]
            let turned = (kx * cos(angle) + ky * sin(angle), ky * cos(angle) - kx * sin(angle))
            sum += rotary.gain * rotary.gain * (qx * turned.0 + qy * turned.1)
        }
        sum *= Double(rule.scale) * (rule.queryScale?.factor(at: position) ?? 1)
        if let cap = rule.softCap { sum = Double(cap) * tanh(sum / Double(cap)) }
        if let slopes = rule.slopes { sum -= Double(slopes[queryHead]) * abs(distance) }
        if let biases = rule.distanceBiases?[queryHead] {
            sum += Double(biases[min(max(Int(distance.rounded()) + rule.distanceBiasOrigin, 0), biases.count - 1)])
        }
        return sum
    }

    private func finish(_ row: inout Row, head: Int, queryHead: Int) {
        row.output = Array(repeating: 0, count: valueDim)
        let sink = rule.sinkLogits.map { Double($0[queryHead]) }
        guard let largest = (row.logits + (sink.map { [$0] } ?? [])).max() else { return }
        let total = row.logits.reduce(sink.map { exp($0 - largest) } ?? 0) { $0 + exp($1 - largest) }
        row.logSumExp = largest + log(total)
        for (slot, logit) in zip(row.slots, row.logits) {
            let weight = exp(logit - row.logSumExp)
            for index in 0..<valueDim { row.output[index] += weight * Double(values[slot][head * valueDim + index]) }
        }
    }
}

extension KeyChoice {
    /// The chosen slots one by one.
    fileprivate var slotNumbers: [Int] {
        pages.flatMap { page in (0..<64).filter { page.keys >> UInt64($0) & 1 == 1 }.map { page.index * 64 + $0 } }
    }
}
