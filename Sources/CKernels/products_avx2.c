// Products for processors with AVX2, FMA and F16C.
#if defined(__x86_64__)
#include "lanes_avx2.h"
#include "products_families.h"

#define TILE_ROWS 6
#define TILE_VECTORS 2
#define FEW_TILE_ROWS(n) ((n) == 2 ? 4 : (n) <= 4 ? 2 : 1)
#define GROUP_ROWS 4
#define PANEL_VECTORS 1
#define IN_ORDER(vector) __asm__ volatile("" : "+x"(vector))
#include "products_block_rows.h"
#include "products_blocks.h"
#include "products_floats.h"

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (!is_block_format(format)) return choose_floats(format, n);
    return n > FEW_ROWS ? many_blocks_kernel : few_blocks_kernels[format];
}

const ProductKernels products_avx2 = {choose};
#endif
