// Products for processors with AVX-512 VNNI.
#if defined(__x86_64__)
#include "lanes_avx512.h"
#include "products_avx512.h"
#include "products_families.h"

#define TILE_ROWS 12
#define TILE_VECTORS 2
#define FEW_TILE_ROWS(n) ((n) <= 4 ? 4 : 2)
#define GROUP_ROWS 6
#define PANEL_VECTORS 2
#include "products_block_rows.h"
#include "products_blocks.h"
#include "products_floats.h"

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (!is_block_format(format)) return choose_floats(format, n);
    if (n > FEW_ROWS) return many_blocks_kernel;
    if (format == WEIGHTS_Q8_0 || format == WEIGHTS_Q4_0) {
        if (n == 1) return single_kernel_avx512(format);
        if (n > MOST_ROWS) return wide_kernel_avx512(format);
    }
    return few_blocks_kernels[format];
}

const ProductKernels products_avx512 = {choose};
#endif
