/// How the keys of a page turn one by one from its first under a map of positions: a table for every place in the map's period at which a
/// page can begin.
///
/// Safe to share: its memory is written by the initialiser alone.
package final class SlotTurns: @unchecked Sendable {
    private let period: Int
    /// Pages begin at multiples of it within the period.
    private let stride: Int
    private let tables: UnsafeMutablePointer<Float>
    private let tableCount: Int

    /// Longer periods would take more tables than they save.
    private static let mostTables = 16

    /// nil where the steps do not repeat soon enough, and where nothing turns.
    init?(_ steps: PositionMap.Steps, table: AngleTable) {
        let slots = AngleTable.step, stride = Self.commonDivisor(steps.period, slots), count = steps.period / stride
        guard count <= Self.mostTables, table.entryCount > 0 else { return nil }
        period = steps.period
        self.stride = stride
        tableCount = table.entryCount * slots
        tables = .allocate(capacity: count * tableCount + table.entryCount)
        let one = tables + count * tableCount
        for index in 0..<count {
            for slot in 0..<slots {
                table.write(position: steps.distance(from: index * stride, by: slot), to: one)
                for part in 0..<table.entryCount { tables[index * tableCount + part * slots + slot] = one[part] }
            }
        }
    }

    deinit { tables.deallocate() }

    /// The table `[2][pairs][64]` of a page that begins at a position; nil for one that begins between pages.
    package func table(startingAt position: Int) -> UnsafePointer<Float>? {
        let place = position % period
        guard place >= 0, place.isMultiple(of: stride) else { return nil }
        return UnsafePointer(tables + place / stride * tableCount)
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
