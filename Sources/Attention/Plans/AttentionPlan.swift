/// A run of cached keys, which of them the queries see, and where.
package struct KeySpan: Sendable {
    /// Slots of the head's table; those of dropped or unfilled pages are passed over.
    package var slots: Range<Int>
    package var band: Band
    package var rows: RowSet
    package var placement: Placement
    /// The keys that are shown where not all are, in slots of the span; the kernel goes over their pages only.
    package var choice: KeyChoice?
    /// A slot whose key stands for the whole span: the span gets what that key would get, and its own keys share it among themselves. The
    /// gate is shown where it would be as one of the span, and has no value. (Mohtashami and Jaggi, Landmark Attention, 2023.)
    package var gate: Int?

    package init(
        _ slots: Range<Int>, band: Band = .causal, rows: RowSet = .all, placement: Placement = .own, choice: KeyChoice? = nil,
        gate: Int? = nil
    ) {
        self.slots = slots
        self.choice = choice
        self.gate = gate
        self.band = band
        self.rows = rows
        self.placement = placement
    }

    /// The span's gate as a span of one key, shown where and to whom the span is.
    var gateSpan: KeySpan? {
        guard let gate else { return nil }
        var span = KeySpan(gate..<gate + 1, band: band, rows: rows, placement: placement)
        if case .placed(let position) = placement { span.placement = .placed(at: position + gate - slots.lowerBound) }
        return span
    }

    /// The part of the span that lies in a run of slots: what it shows of them it shows as the whole does.
    package func clamped(to slots: Range<Int>) -> KeySpan {
        var part = self
        part.slots = self.slots.clamped(to: slots)
        if case .placed(let position) = placement { part.placement = .placed(at: position + part.slots.lowerBound - self.slots.lowerBound) }
        return part
    }
}

/// What a block of queries sees through one key/value head: the whole of a method for long texts, as far as attention goes.
/// A key that two spans show to the same query counts twice.
package struct AttentionPlan: Sendable {
    package var spans: [KeySpan]

    package init(_ spans: [KeySpan]) { self.spans = spans }
}

/// The queries that one plan is for: consecutive positions, the query heads that share one key/value head.
package struct QueryBlock: Hashable, Sendable {
    package var layer: Int
    /// The key/value head.
    package var head: Int
    /// Query heads of that head.
    package var group: Int
    package var positions: Range<Int>

    package init(layer: Int, head: Int, group: Int, positions: Range<Int>) {
        self.layer = layer
        self.head = head
        self.group = group
        self.positions = positions
    }
}
