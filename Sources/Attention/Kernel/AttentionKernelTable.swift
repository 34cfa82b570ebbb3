import CKernels
import Tensors

/// A table of attention kernels. Sendable because the tables are constants of the program.
package struct AttentionKernelTable: @unchecked Sendable, CustomStringConvertible {
    let functions: AttentionKernels

    package var name: String { String(cString: functions.name) }
    package var description: String { name }

    /// All tables that this machine can run, the portable one first.
    package static let all: [AttentionKernelTable] = (0..<Int32.max).lazy.map { attention_kernels($0) }.prefix { $0 != nil }
        .compactMap { $0.map { AttentionKernelTable(functions: $0.pointee) } }

    /// The fastest table of the family that a computation runs on.
    init(for kernels: Kernels) { self.init(functions: attention_kernels_of(kernels.family).pointee) }

    private init(functions: AttentionKernels) { self.functions = functions }
}
