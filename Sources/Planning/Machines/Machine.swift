/// What the planner knows of a machine: the four numbers that a data sheet has, and what was measured of its kernels, if anything was.
package struct Machine: Codable, Hashable, Sendable {
    package var name: String
    /// What it computes at most, in operations a second; a multiplication and an addition are two.
    package var operationsPerSecond: Double
    /// What it reads from memory, in bytes a second.
    package var bytesPerSecond: Double
    package var memoryBytes: Double
    /// Between this memory and where a user's context waits, in bytes a second.
    package var linkBytesPerSecond: Double
    /// How the kernels of this program were measured to run here; nil for a data sheet.
    package var rates: MachineRates?

    package init(
        name: String, operationsPerSecond: Double, bytesPerSecond: Double, memoryBytes: Double, linkBytesPerSecond: Double,
        rates: MachineRates? = nil
    ) {
        self.name = name
        self.operationsPerSecond = operationsPerSecond
        self.bytesPerSecond = bytesPerSecond
        self.memoryBytes = memoryBytes
        self.linkBytesPerSecond = linkBytesPerSecond
        self.rates = rates
    }

    /// Operations for each byte that is read at which both take the same time.
    package var balance: Double { operationsPerSecond / bytesPerSecond }

    /// Several of them, each with its share of every tensor; what they tell each other is not counted.
    package func times(_ devices: Int) -> Machine {
        let count = Double(devices)
        return Machine(
            name: devices == 1 ? name : "\(devices) x \(name)", operationsPerSecond: operationsPerSecond * count,
            bytesPerSecond: bytesPerSecond * count, memoryBytes: memoryBytes * count, linkBytesPerSecond: linkBytesPerSecond * count,
            rates: devices == 1 ? rates : nil)
    }

    /// Whether the numbers are any that a machine could have.
    package var isSound: Bool {
        [operationsPerSecond, bytesPerSecond, memoryBytes, linkBytesPerSecond].allSatisfy { $0.isFinite && (1...1e24).contains($0) }
            && rates?.isSound != false
    }
}

// MARK: - By name

extension Machine {
    /// What goes for the machine that this program runs on.
    package static let own = "this"

    /// Dense bfloat16 operations, as data sheets give them without sparsity; memory and its bandwidth; the link to the host in one
    /// direction. (NVIDIA's data sheets of A100 80GB PCIe, H100 SXM and H200 SXM. The laptop is a typical one of eight cores with DDR5.)
    package static let known = [
        Machine(name: "A100", operationsPerSecond: 312e12, bytesPerSecond: 2e12, memoryBytes: 80e9, linkBytesPerSecond: 20e9),
        Machine(name: "H100", operationsPerSecond: 989.5e12, bytesPerSecond: 3.35e12, memoryBytes: 80e9, linkBytesPerSecond: 40e9),
        Machine(name: "H200", operationsPerSecond: 989.5e12, bytesPerSecond: 4.8e12, memoryBytes: 141e9, linkBytesPerSecond: 40e9),
        Machine(name: "laptop", operationsPerSecond: 1e12, bytesPerSecond: 60e9, memoryBytes: 16e9, linkBytesPerSecond: 3e9),
    ]

    /// A machine of the list, in letters of any case.
    /// - Throws: `PlanningError.unknownMachine` with the list.
    package static func named(_ name: String) throws(PlanningError) -> Machine {
        guard let machine = known.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw .unknownMachine(name, known: [own] + known.map(\.name))
        }
        return machine
    }
}
