import Foundation

/// What a machine can do at most for each byte that it reads, and where reading and writing lie below that.
/// (Williams, Waterman and Patterson, Roofline: An Insightful Visual Performance Model, 2009.)
package struct Roofline: Sendable {
    package struct Point: Hashable, Sendable {
        /// What it belongs to, among the titles.
        package let subject: Int
        package let kind: Kind
        /// Operations for each byte, and operations a second.
        package let intensity: Double
        package let rate: Double

        /// What is drawn differently in form as well as in colour.
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case reading, writing, together
        }
    }

    package let machine: Machine
    package private(set) var titles: [String] = []
    package private(set) var points: [Point] = []

    package init(_ machine: Machine) { self.machine = machine }

    /// What no work of an intensity can pass.
    package func roof(_ intensity: Double) -> Double { min(machine.operationsPerSecond, intensity * machine.bytesPerSecond) }

    /// Adds the points of a plan.
    package mutating func add(_ plan: Plan, title: String) {
        titles.append(title)
        let costs: [(Point.Kind, Cost?)] = [(.reading, plan.reading), (.writing, plan.writing), (.together, plan.writingTogether)]
        for case (let kind, let cost?) in costs where cost.seconds > 0 && cost.bytes > 0 && cost.operations > 0 {
            points.append(
                Point(subject: titles.count - 1, kind: kind, intensity: cost.intensity, rate: cost.operations / cost.seconds))
        }
    }
}
