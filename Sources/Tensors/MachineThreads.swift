import Foundation

#if canImport(Darwin)
import Darwin
#endif

extension WorkerPool {
    /// Physical cores that this process may use: two threads on one core would share its multipliers.
    package static let machineThreads: Int = max(1, min(physicalCores() ?? .max, ProcessInfo.processInfo.activeProcessorCount))

    #if canImport(Darwin)
    /// The fast cores where there are two kinds: all threads share the work evenly enough only among equals.
    private static func physicalCores() -> Int? {
        systemNumber("hw.perflevel0.physicalcpu") ?? systemNumber("hw.physicalcpu")
    }

    private static func systemNumber(_ name: String) -> Int? {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        return sysctlbyname(name, &value, &size, nil, 0) == 0 && value > 0 ? Int(value) : nil
    }
    #else
    /// The processors of this process, counting those that share a core once.
    private static func physicalCores() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
        else { return nil }
        let cores = Set(processors(in: line.dropFirst("Cpus_allowed_list:".count)).map { siblings(of: $0) ?? String($0) })
        return cores.isEmpty ? nil : min(cores.count, quota() ?? .max)
    }

    /// The numbers in a list such as "0-3,8".
    private static func processors(in list: Substring) -> [Int] {
        list.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0.filter { !$0.isWhitespace }) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    /// The processors on the same core, as the system writes them, such as "0,64".
    private static func siblings(of processor: Int) -> String? {
        try? String(contentsOfFile: "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list", encoding: .utf8)
    }

    /// How many processors' time a container grants, rounded up; nil without a limit.
    private static func quota() -> Int? {
        guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else { return nil }
        let fields = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
        guard fields.count == 2, let time = fields[0], let period = fields[1], time > 0, period > 0 else { return nil }
        return max(1, (time + period - 1) / period)
    }
    #endif
}
