import CKernels
import Tensors
import Testing

@Suite("Kernel families")
struct KernelFamilyTests {
    @Test(
        "Whatever the processor can run is offered: no family lacks one of its tables",
        arguments: [KERNELS_PORTABLE, KERNELS_NEON, KERNELS_AVX2, KERNELS_AVX512, KERNELS_AMX])
    func complete(family: KernelFamily) {
        let isSupported = kernel_family_supported(family)
        #expect(Kernels.all.contains { $0.family == family } == isSupported)
        guard isSupported else { return }
        #expect(rotation_kernels(family) != nil)
        for shortens in [false, true] {
            #expect(training_attention_kernels(family, shortens) != nil && weight_gradient_kernels(family, shortens) != nil)
        }
    }
}
