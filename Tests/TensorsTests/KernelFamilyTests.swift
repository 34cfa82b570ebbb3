import CKernels
import Tensors
import Testing

@Suite("Kernel families")
struct KernelFamilyTests {
    @Test(
        "Whatever the processor can run is offered: no family lacks one of its tables",
        arguments: [KERNELS_PORTABLE, KERNELS_NEON, KERNELS_AVX2, KERNELS_AVX512, KERNELS_AMX])
    func complete(family: KernelFamily) {
        #expect(Kernels.all.contains { $0.family == family } == kernel_family_supported(family))
    }
}
