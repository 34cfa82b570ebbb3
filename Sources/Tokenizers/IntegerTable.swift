/// A hash table from 64-bit keys to 64-bit values, flat in memory because encoding asks it several times for every byte.
struct IntegerTable: Sendable {
    private struct Slot {
        var key: UInt64
        var value: UInt64
    }

    /// Marks an empty slot; no key may equal it.
    private static let vacant = UInt64.max

    private var slots: [Slot]
    private(set) var count = 0

    init(minimumCapacity: Int = 8) {
        var capacity = 16
        while capacity < minimumCapacity * 2 { capacity *= 2 }
        slots = Array(repeating: Slot(key: Self.vacant, value: 0), count: capacity)
    }

    subscript(key: UInt64) -> UInt64? {
        let slot = slots[index(of: key)]
        return slot.key == key ? slot.value : nil
    }

    /// Adds a value; a key that is there already keeps its first value.
    mutating func insert(_ value: UInt64, for key: UInt64) {
        precondition(key != Self.vacant)
        if (count + 1) * 2 > slots.count { grow() }
        let place = index(of: key)
        guard slots[place].key == Self.vacant else { return }
        slots[place] = Slot(key: key, value: value)
        count += 1
    }

    private func index(of key: UInt64) -> Int {
        let mask = slots.count - 1
        let mixed = (key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15
        var index = Int(truncatingIfNeeded: mixed >> 24) & mask
        while slots[index].key != key && slots[index].key != Self.vacant {
            index = (index + 1) & mask
        }
        return index
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(key: Self.vacant, value: 0), count: old.count * 2)
        for slot in old where slot.key != Self.vacant {
            slots[index(of: slot.key)] = slot
        }
    }
}
