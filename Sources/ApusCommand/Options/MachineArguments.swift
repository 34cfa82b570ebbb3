import ArgumentParser
import Planning

/// The machine that is planned for.
struct MachineArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The machine: this, \(Machine.known.map(\.name).joined(separator: ", ")). (default: this, measured at the first use)",
            valueName: "name"))
    var machine: String?

    @Option(help: ArgumentHelp("Operations a second, in place of the machine's: 312e12.", valueName: "n"))
    var flops: Double?

    @Option(help: ArgumentHelp("Bytes that it reads from memory in a second: 2e12.", valueName: "n"))
    var bandwidth: Double?

    @Option(help: ArgumentHelp("Its memory, such as 80GB.", valueName: "size"))
    var memory: ByteSize?

    @Option(help: ArgumentHelp("Bytes a second between it and where other users' contexts wait: 20e9.", valueName: "n"))
    var link: Double?

    @Option(help: ArgumentHelp("How many of them share every tensor.", valueName: "n"))
    var devices = 1

    @Option(
        help: ArgumentHelp(
            "Where what was measured of this machine is kept. (default: in the user's folder for caches)", valueName: "file"),
        completion: .file())
    var machineFile: String?

    func validate() throws {
        for (name, value) in [("--flops", flops), ("--bandwidth", bandwidth), ("--link", link)] {
            guard let value, !(value.isFinite && (1...1e24).contains(value)) else { continue }
            throw ValidationError("\(name) must be a number of at least 1, such as 2e12, not \(value).")
        }
        if !(1...65_536).contains(devices) { throw ValidationError("--devices must be at least 1 and at most 65536, not \(devices).") }
    }

    /// Whether a machine is described by figures alone, so that none need be named.
    private var hasAllFigures: Bool { flops != nil && bandwidth != nil && memory != nil && link != nil }

    var isOwn: Bool { machine.map { $0 == Machine.own } ?? !hasAllFigures }

    var file: MachineFile { machineFile.map { MachineFile(path: $0) } ?? .usual }

    /// The machine with the figures that were given in place of its own.
    /// - Parameter measured: this machine, if it is meant.
    /// - Throws: `PlanningError` for a name that is none.
    func resolved(measured: Machine?) throws(PlanningError) -> Machine {
        var chosen: Machine
        if let measured {
            chosen = measured
        } else if let machine {
            chosen = try Machine.named(machine)
        } else {
            chosen = Machine(name: "given figures", operationsPerSecond: 1, bytesPerSecond: 1, memoryBytes: 1, linkBytesPerSecond: 1)
        }
        // Rates of kernels belong to the machine that they were measured on.
        if flops != nil || bandwidth != nil { chosen.rates = nil }
        chosen.operationsPerSecond = flops ?? chosen.operationsPerSecond
        chosen.bytesPerSecond = bandwidth ?? chosen.bytesPerSecond
        chosen.memoryBytes = memory.map { Double($0.bytes) } ?? chosen.memoryBytes
        chosen.linkBytesPerSecond = link ?? chosen.linkBytesPerSecond
        return chosen.times(devices)
    }
}
