import Foundation
import ModelFiles

/// Where what was measured of this machine is kept.
package struct MachineFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// In the folder that the system has for what can be made again.
    package static var usual: MachineFile {
        let folder = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first ?? FileManager.default.temporaryDirectory
        return MachineFile(path: folder.appendingPathComponent("apus/machine.json").path)
    }

    /// - Returns: nil where there is no file yet.
    /// - Throws: `PlanningError.damagedProfile` for a file that cannot be one.
    package func read() throws(PlanningError) -> Machine? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        let machine: Machine
        do {
            machine = try StateCoding.decoder.decode(Machine.self, from: bytes)
        } catch {
            throw .damagedProfile(file: path, reason: "this is no profile of a machine")
        }
        guard machine.isSound else { throw .damagedProfile(file: path, reason: "it has rates that no machine reaches") }
        return machine
    }

    /// Writes the file, whole or not at all, and the folder that it lies in where there is none.
    package func write(_ machine: Machine) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try AtomicFile.write(Array(StateCoding.encoder.encode(machine)), to: path)
    }
}
