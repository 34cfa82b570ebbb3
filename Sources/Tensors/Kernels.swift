import CKernels
import Diagnostics
import Foundation

/// The kernels of one instruction set, chosen once and handed to everything that computes.
package struct Kernels: Sendable, CustomStringConvertible {
    /// "portable", "neon", "avx2", "avx512" or "amx".
    package let name: String
    package let family: KernelFamily

    let products: ProductKernels
    let elementwise: ElementwiseKernels
    let activations: ActivationKernels
    let gradients: GradientKernels
    let transposes: TransposeKernels

    package var description: String { name }

    /// Every family that this build contains and this processor can run, slowest first.
    package static let all: [Kernels] = families.compactMap { Kernels(name: $0.name, family: $0.family) }

    /// The fastest family of this processor.
    package static let best: Kernels = all.last ?? portable

    /// Plain C, slow and obviously right: the reference.
    package static let portable = Kernels(
        name: "portable", family: KERNELS_PORTABLE,
        products: product_kernels(KERNELS_PORTABLE).pointee, elementwise: elementwise_kernels(KERNELS_PORTABLE).pointee,
        activations: activation_kernels(KERNELS_PORTABLE).pointee, gradients: gradient_kernels(KERNELS_PORTABLE).pointee,
        transposes: transpose_kernels(KERNELS_PORTABLE).pointee)

    /// The best family, or the one that `APUS_KERNELS` in the environment names: a way to look for errors.
    package static func chosen() throws(KernelError) -> Kernels {
        try named(ProcessInfo.processInfo.environment["APUS_KERNELS"])
    }

    /// The family of that name; without a name the best one.
    package static func named(_ name: String?) throws(KernelError) -> Kernels {
        guard let name else { return best }
        if let kernels = all.first(where: { $0.name == name }) { return kernels }
        let known = families.contains { $0.name == name }
        throw known ? .unsupported(name, supported: all.map(\.name)) : .unknown(name, known: families.map(\.name))
    }

    private static let families = [
        (name: "portable", family: KERNELS_PORTABLE), (name: "neon", family: KERNELS_NEON), (name: "avx2", family: KERNELS_AVX2),
        (name: "avx512", family: KERNELS_AVX512), (name: "amx", family: KERNELS_AMX),
    ]
}

extension Kernels {
    /// Nil where the family is not compiled in or the processor lacks it.
    private init?(name: String, family: KernelFamily) {
        guard kernel_family_supported(family), let products = product_kernels(family), let elementwise = elementwise_kernels(family),
            let activations = activation_kernels(family), let gradients = gradient_kernels(family),
            let transposes = transpose_kernels(family)
        else { return nil }
        self.init(
            name: name, family: family, products: products.pointee, elementwise: elementwise.pointee, activations: activations.pointee,
            gradients: gradients.pointee, transposes: transposes.pointee)
    }
}

/// Why the kernels that were asked for cannot be used.
package enum KernelError: Failure, Hashable {
    case unknown(String, known: [String])
    case unsupported(String, supported: [String])

    package var kind: FailureKind { .usage }

    package var description: String {
        switch self {
        case .unknown(let name, let known):
            "There are no kernels named \"\(name)\"; APUS_KERNELS may be \(known.joined(separator: ", "))."
        case .unsupported(let name, let supported):
            "This processor cannot run the \(name) kernels; APUS_KERNELS may be \(supported.joined(separator: ", ")) here."
        }
    }
}
