import Diagnostics
import Planning
import Tensors

/// The machine that this program runs on: what was measured of it, and how more is.
struct OwnMachine {
    let file: MachineFile
    let threads: Int?
    let notes: Notes

    func compute() throws -> Compute {
        Compute(pool: WorkerPool(threads: threads ?? WorkerPool.machineThreads), kernels: try Kernels.chosen())
    }

    /// What this program takes once it has run each kernel, which is what it will take then, too.
    func programBytes(_ wanted: MachineMeter.Wanted) throws -> Int {
        try MachineMeter(compute: compute()).exercise(wanted)
        return ProcessMemory.peakBytes
    }

    /// What is known, and what is wanted besides, measured and kept.
    /// - Parameter anew: whether all is to be measured again.
    func measured(_ wanted: MachineMeter.Wanted, anew: Bool = false, cancellation: Cancellation) throws -> Machine {
        let meter = MachineMeter(compute: try compute()), known = anew ? nil : try file.read()
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            let machine = try meter.machine(wanted, knowing: known, progress: display.handler, cancellation: cancellation)
            if machine != known { try file.write(machine) }
            return machine
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted while measuring the machine; nothing was kept")
        }
    }
}
