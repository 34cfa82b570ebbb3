import Synchronization

/// Cosines and sines of whole distances, ready for the kernels: any distance is one entry of a fine table (below a page) turned
/// by one of a coarse table (whole pages).
///
/// Safe to share: its memory is written by the initialiser alone, and what is made later is guarded by a lock.
package final class AngleTable: @unchecked Sendable {
    /// Distances of this many tokens lie between the entries of the coarse table: the length of a cache page.
    package static let step = 64

    package let rotary: Rotary
    /// Distances whose magnitude is below it are looked up, others computed.
    package let reach: Int
    /// `[64][2][pairs]`: the cosines and then the sines of 0 … 63.
    package let fine: UnsafePointer<Float>
    /// `[2][pairs][64]`: the same, slots running fastest.
    package let slots: UnsafePointer<Float>
    private let coarse: UnsafePointer<Float>
    private let memory: UnsafeMutablePointer<Float>
    private let slotTurns = Mutex<[PositionMap.Steps: SlotTurns]>([:])

    package init(rotary: Rotary, reach: Int) {
        let pages = max(1, (reach + Self.step - 1) / Self.step), pairs = rotary.pairs, entry = 2 * pairs
        self.rotary = rotary
        self.reach = pages * Self.step
        memory = .allocate(capacity: max(1, (2 * Self.step + pages) * entry))
        let slotTable = memory + Self.step * entry, pageTable = slotTable + Self.step * entry
        for distance in 0..<Self.step {
            let angles = rotary.angles(at: Double(distance))
            Self.write(angles, to: memory + distance * entry)
            for pair in 0..<pairs {
                slotTable[pair * Self.step + distance] = angles.cosines[pair]
                slotTable[(pairs + pair) * Self.step + distance] = angles.sines[pair]
            }
        }
        for page in 0..<pages { Self.write(rotary.angles(at: Double(page * Self.step)), to: pageTable + page * entry) }
        fine = UnsafePointer(memory)
        slots = UnsafePointer(slotTable)
        coarse = UnsafePointer(pageTable)
    }

    deinit { memory.deallocate() }

    /// How the keys of pages turn where positions are mapped in such steps; nil where tables would not help.
    package func turns(of steps: PositionMap.Steps) -> SlotTurns? {
        slotTurns.withLock { known in
            if let turns = known[steps] { return turns }
            let turns = SlotTurns(steps, table: self)
            known[steps] = turns
            return turns
        }
    }

    /// How many floats one entry takes: cosines and sines.
    package var entryCount: Int { 2 * rotary.pairs }

    private static func write(_ angles: (cosines: [Float], sines: [Float]), to entry: UnsafeMutablePointer<Float>) {
        for (pair, cosine) in angles.cosines.enumerated() { entry[pair] = cosine }
        for (pair, sine) in angles.sines.enumerated() { entry[angles.cosines.count + pair] = sine }
    }

    /// Writes cosines and sines of a distance, which may be negative: `[2][pairs]`.
    package func write(distance: Int, to entry: UnsafeMutablePointer<Float>) {
        guard distance.magnitude < UInt(reach) else { return Self.write(rotary.angles(at: Double(distance)), to: entry) }
        let pairs = rotary.pairs, magnitude = Int(distance.magnitude), sign: Float = distance < 0 ? -1 : 1
        let near = fine + magnitude % Self.step * entryCount, far = coarse + magnitude / Self.step * entryCount
        for pair in 0..<pairs {
            let a = near[pair], b = near[pairs + pair], c = far[pair], d = far[pairs + pair]
            entry[pair] = a * c - b * d
            entry[pairs + pair] = sign * (a * d + b * c)
        }
    }

    /// The same for a position that need not be whole.
    package func write(position: Double, to entry: UnsafeMutablePointer<Float>) {
        if position.magnitude < Double(reach), let distance = Int(exactly: position) { return write(distance: distance, to: entry) }
        Self.write(rotary.angles(at: position), to: entry)
    }
}
