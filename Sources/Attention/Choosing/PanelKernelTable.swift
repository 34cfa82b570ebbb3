import CKernels
import KeyValues
import Tensors

/// The panel kernels of a computation. Sendable because the tables are constants of the program.
struct PanelKernelTable: @unchecked Sendable {
    /// Vectors in a panel.
    static let width = Int(PANEL_WIDTH)
    /// Panels that the keys of a page make.
    static let perPage = CacheSpec.pageTokens / width

    let functions: PanelKernels

    init(for kernels: Kernels) {
        guard let table = panel_kernels(kernels.family) ?? panel_kernels(KERNELS_PORTABLE) else { preconditionFailure("no panel kernels") }
        functions = table.pointee
    }
}
